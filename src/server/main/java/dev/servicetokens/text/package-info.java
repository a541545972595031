/** Rules about texts that people type and people read. */
@NullMarked
package dev.servicetokens.text;

import org.jspecify.annotations.NullMarked;
