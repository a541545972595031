/** Service tokens: what they are, and how they are created, listed and deleted. */
@NullMarked
package dev.servicetokens.token;

import org.jspecify.annotations.NullMarked;
