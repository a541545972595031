package dev.servicetokens.cluster;

import java.time.Instant;
import java.util.UUID;

/**
 * A row of the log.
 *
 * @param number its place in the log, from 1, without gaps
 * @param id tells it from another of that number, if a fail-over lost one of the two
 * @param change what changed
 * @param madeAt when, by the wall clock of the node that made it; for people only
 */
public record LoggedChange(long number, UUID id, Change change, Instant madeAt) {

  /** Its place in the log. */
  public NodeLog.Position position() {
    return new NodeLog.Position(number, id);
  }
}
