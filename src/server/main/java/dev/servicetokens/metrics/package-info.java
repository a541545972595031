/**
 * What operators see in numbers: the names, units and words of the metrics. The numbers themselves
 * are counted where things happen, in fields that cost an addition, and are only read here.
 */
@NullMarked
package dev.servicetokens.metrics;

import org.jspecify.annotations.NullMarked;
