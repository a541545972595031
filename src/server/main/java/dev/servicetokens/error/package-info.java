/** What a failure looks like to a caller: statuses and messages, as one table. */
@NullMarked
package dev.servicetokens.error;

import org.jspecify.annotations.NullMarked;
