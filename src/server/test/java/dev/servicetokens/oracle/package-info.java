/**
 * Routes, rules and filters of every kind that Micronaut Security knows, to compare its answers
 * with ours. Only there where the property {@code oracle} says so.
 */
@NullMarked
package dev.servicetokens.oracle;

import org.jspecify.annotations.NullMarked;
