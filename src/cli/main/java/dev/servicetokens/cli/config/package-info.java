/** The configuration file, the contexts in it, and what flags and variables say instead. */
@NullMarked
package dev.servicetokens.cli.config;

import org.jspecify.annotations.NullMarked;
