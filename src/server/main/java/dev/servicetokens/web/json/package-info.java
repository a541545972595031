/** Reads JSON as strictly as the contract describes it. */
@NullMarked
package dev.servicetokens.web.json;

import org.jspecify.annotations.NullMarked;
