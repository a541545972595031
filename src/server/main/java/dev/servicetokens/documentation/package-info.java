/** The contract and Swagger UI, for people. */
@NullMarked
package dev.servicetokens.documentation;

import org.jspecify.annotations.NullMarked;
