/** What holds for every HTTP request and is no single operation's. */
@NullMarked
package dev.servicetokens.web;

import org.jspecify.annotations.NullMarked;
