/** The contract and Swagger UI over HTTP. */
@NullMarked
package dev.servicetokens.documentation.http;

import org.jspecify.annotations.NullMarked;
