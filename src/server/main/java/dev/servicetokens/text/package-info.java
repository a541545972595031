/**
 * What a text from outside may consist of, and what of it may be written down: every room asks, the
 * domain and the log, too, so that this room asks nobody.
 */
@NullMarked
package dev.servicetokens.text;

import org.jspecify.annotations.NullMarked;
