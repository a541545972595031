/**
 * The operations of the contract, generated from {@code openapi.yaml}; {@link
 * dev.servicetokens.client.ServiceTokensClient} makes them.
 */
package dev.servicetokens.client.api;
