/** What happens to the audit log without a request: writing counted refusals, sealing, pruning. */
@NullMarked
package dev.servicetokens.audit.background;

import org.jspecify.annotations.NullMarked;
