/** The contract and Swagger UI, for people. */
@NullMarked
package dev.servicetokens.web.documentation;

import org.jspecify.annotations.NullMarked;
