/** What benchmarks put on the packaged server's class path; no part of the release. */
@NullMarked
package dev.servicetokens.benchmarks;

import org.jspecify.annotations.NullMarked;
