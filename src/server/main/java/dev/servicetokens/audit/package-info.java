/**
 * Who did what. A change writes its event in its own transaction ({@code AuditTrail}); refusals are
 * counted in memory and written once a second ({@code RefusalWriter}); a moment later each event is
 * sealed in a chain of hashes ({@code ChainSealer}), by which a later change of it is found ({@code
 * ChainVerifier}).
 */
@NullMarked
package dev.servicetokens.audit;

import org.jspecify.annotations.NullMarked;
