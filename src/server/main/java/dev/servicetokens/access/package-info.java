/** Subjects and their permissions, and what a principal may do. */
@NullMarked
package dev.servicetokens.access;

import org.jspecify.annotations.NullMarked;
