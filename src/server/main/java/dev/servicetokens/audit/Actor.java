package dev.servicetokens.audit;

/**
 * Who did something: a token as it was then. Immutable.
 *
 * @param id id of the token; 0 for the server itself
 * @param name name of the token
 */
public record Actor(long id, String name) {}
