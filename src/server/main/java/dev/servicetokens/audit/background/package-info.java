/** What happens to the audit log without a request: writing aggregates, sealing, pruning. */
@NullMarked
package dev.servicetokens.audit.background;

import org.jspecify.annotations.NullMarked;
