/** Error bodies as the contract has them. */
@NullMarked
package dev.servicetokens.error.http;

import org.jspecify.annotations.NullMarked;
