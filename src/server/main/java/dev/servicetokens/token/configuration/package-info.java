/** What an operator decides about tokens by configuration. */
@NullMarked
package dev.servicetokens.token.configuration;

import org.jspecify.annotations.NullMarked;
