package dev.servicetokens.client;

import java.time.Duration;

/**
 * One request and its answer, without credential, headers or bodies.
 *
 * @param method the HTTP method
 * @param path the path of the request, as it was sent
 * @param status the status of the answer; 0 if none came
 * @param duration from sending the request to the end of the answer
 */
public record Exchange(String method, String path, int status, Duration duration) {}
