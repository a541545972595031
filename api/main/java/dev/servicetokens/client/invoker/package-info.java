/**
 * What the generated operations send requests with, and {@link
 * dev.servicetokens.client.invoker.ApiException}, which they throw; {@link
 * dev.servicetokens.client.ServiceTokensError} reads it.
 */
package dev.servicetokens.client.invoker;
