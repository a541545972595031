/** The management port: health and metrics for whoever operates the server, and nothing else. */
@NullMarked
package dev.servicetokens.web.management;

import org.jspecify.annotations.NullMarked;
