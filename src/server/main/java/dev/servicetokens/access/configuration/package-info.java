/** The roles that an operator adds by configuration. */
@NullMarked
package dev.servicetokens.access.configuration;

import org.jspecify.annotations.NullMarked;
