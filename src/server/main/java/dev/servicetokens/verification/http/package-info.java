/**
 * Where others ask whether a token string is good: reverse proxies for their clients, services for
 * their callers, several at once, and the API server of Kubernetes.
 */
@NullMarked
package dev.servicetokens.verification.http;

import org.jspecify.annotations.NullMarked;
