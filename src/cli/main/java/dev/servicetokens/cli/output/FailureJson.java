package dev.servicetokens.cli.output;

import dev.servicetokens.cli.failure.CommandFailure;
import java.util.Map;
import java.util.TreeMap;

/** What ended a command, for programs. */
public final class FailureJson {

  private FailureJson() {}

  /** The documented two fields, what the server said where it did, and what we add. */
  public static Map<String, Object> of(CommandFailure failure) {
    Map<String, Object> json = new TreeMap<>();
    json.put("error", true);
    json.put("error-message", failure.headline());
    if (failure.serverMessage() != null) {
      json.put("server-message", failure.serverMessage());
    }
    if (failure.trackingKey() != null) {
      json.put("tracking-key", failure.trackingKey());
    }
    if (failure.advice() != null) {
      json.put("advice", failure.advice());
    }
    return json;
  }
}
