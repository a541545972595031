/** From a request to its credential, and from the credential to the principal. */
@NullMarked
package dev.servicetokens.authentication;

import org.jspecify.annotations.NullMarked;
