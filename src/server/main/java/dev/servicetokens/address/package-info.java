/** Where a request comes from. */
@NullMarked
package dev.servicetokens.address;

import org.jspecify.annotations.NullMarked;
