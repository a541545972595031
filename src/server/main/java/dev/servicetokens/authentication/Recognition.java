package dev.servicetokens.authentication;

/** What is known of a token string: whose it is, or that it is nobody's. */
sealed interface Recognition permits PrincipalAuthentication, Recognition.Nobody {

  /** The one of its kind. */
  Nobody NOBODY = new Nobody();

  /** No token has it. */
  record Nobody() implements Recognition {}
}
