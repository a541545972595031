package dev.servicetokens.authentication;

/**
 * Uses of one token that wait to be stored.
 *
 * @param tokenId the token's id
 * @param lastMillis when it was used last, in milliseconds of the epoch
 * @param lastAddress from where it was used last
 * @param count how often it was used
 */
public record RecordedUse(long tokenId, long lastMillis, String lastAddress, long count) {

  /** Both together; the later one's address. */
  RecordedUse plus(RecordedUse other) {
    RecordedUse later = other.lastMillis >= lastMillis ? other : this;
    return new RecordedUse(tokenId, later.lastMillis, later.lastAddress, count + other.count);
  }
}
