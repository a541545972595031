/** The hand-written way into the generated client: {@link ServiceTokensClient} and its errors. */
@NullMarked
package dev.servicetokens.client;

import org.jspecify.annotations.NullMarked;
