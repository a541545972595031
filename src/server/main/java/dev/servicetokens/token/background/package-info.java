/** What happens to tokens without a request. */
@NullMarked
package dev.servicetokens.token.background;

import org.jspecify.annotations.NullMarked;
