/** The commands about subjects and what they may do. */
@NullMarked
package dev.servicetokens.cli.rbac;

import org.jspecify.annotations.NullMarked;
