/**
 * What operations take and give, generated from {@code openapi.yaml}: mutable, and not safe for use
 * by several threads. Times are milliseconds of the epoch; {@link
 * dev.servicetokens.client.TokenTimes} has those of a service token as instants.
 */
package dev.servicetokens.client.model;
