/** The first credentials: a configured token string, or an administrator token on a first start. */
@NullMarked
package dev.servicetokens.bootstrap;

import org.jspecify.annotations.NullMarked;
