package dev.servicetokens.cluster.real;

/**
 * What a client got for one request. Times are {@link System#nanoTime} of the clients' process:
 * taken before the request was sent and after its answer was read.
 *
 * @param node the name of the node that was asked
 * @param status the status; {@link #NONE} when no answer came
 */
record Answer(String node, long startedAt, long endedAt, int status) {

  /** The status of a request that was not answered. */
  static final int NONE = 0;

  /** Whether the request was not carried out, or nobody knows. */
  boolean isUnavailable() {
    return status == NONE || status == 503;
  }

  /** Whether both requests ran at some time. */
  boolean overlaps(Answer other) {
    return endedAt - other.startedAt >= 0 && other.endedAt - startedAt >= 0;
  }

  /** Node, status and times in milliseconds since that {@link System#nanoTime}. */
  String describe(long zero) {
    return "on %s from %s to %s: %s"
        .formatted(
            node,
            millis(startedAt, zero),
            millis(endedAt, zero),
            status == NONE ? "no answer" : status);
  }

  /** A time in milliseconds since another. */
  static String millis(long nanoTime, long zero) {
    return "%.3f ms".formatted((nanoTime - zero) / 1e6);
  }
}
