/** Takes the parameters of a query for what the contract says, where the framework would guess. */
@NullMarked
package dev.servicetokens.web.query;

import org.jspecify.annotations.NullMarked;
