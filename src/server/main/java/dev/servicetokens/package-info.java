/** The server: {@code Application} starts it, the packages below are its features. */
@NullMarked
package dev.servicetokens;

import org.jspecify.annotations.NullMarked;
