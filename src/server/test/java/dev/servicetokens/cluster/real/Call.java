package dev.servicetokens.cluster.real;

import java.time.Instant;

/** What a client notes about one request. */
sealed interface Call {

  /** The token's name, never its token string. */
  String token();

  /** What came back, and when. */
  Answer answer();

  /** A token was to be created. */
  record Creation(String token, Answer answer) implements Call {}

  /**
   * The rest of a request that was begun by that token while it was live: to create another one.
   *
   * @param answer begins with the rest
   */
  record Parked(String token, Answer answer) implements Call {}

  /** A token was presented. */
  record Verification(String token, Answer answer) implements Call {}

  /**
   * A token was to be deleted.
   *
   * @param answeredAt the wall clock when the answer had been read; the database runs on this
   *     machine and so has the same clock
   */
  record Deletion(String token, long tokenId, Answer answer, Instant answeredAt) implements Call {}
}
