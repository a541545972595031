/** The key by which a request is found again, in answers, in the log and in audit events. */
@NullMarked
package dev.servicetokens.tracking;

import org.jspecify.annotations.NullMarked;
