/** The contract and Swagger UI over HTTP. */
@NullMarked
package dev.servicetokens.web.documentation.http;

import org.jspecify.annotations.NullMarked;
