/**
 * What operators read: the form and the level of the log's lines, and which trace a line belongs
 * to. Every room asks, so that this room asks none but the one about texts.
 */
@NullMarked
package dev.servicetokens.log;

import org.jspecify.annotations.NullMarked;
