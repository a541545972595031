/** Where a request ends on its connection: found in one way only, or refused. */
@NullMarked
package dev.servicetokens.framing;

import org.jspecify.annotations.NullMarked;
