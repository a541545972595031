package dev.servicetokens.benchmarks;

import dev.servicetokens.token.TokenString;
import java.security.SecureRandom;

/** Prints a token string that nobody can guess, for the administrator of one run. */
final class NewTokenString {

  private NewTokenString() {}

  static void main() {
    System.out.println(TokenString.generate(new SecureRandom()).reveal());
  }
}
