package dev.servicetokens.token;

/**
 * A token that was just created, with the secret that is shown once.
 *
 * @param token the managed thing
 * @param secret its token string, which is stored nowhere
 */
public record IssuedToken(ServiceToken token, TokenString secret) {}
