package dev.servicetokens.startup;

/** Why a start failed, in one line. */
public record StartFailure(String line) {

  /** Finds the line for an exception. */
  public static StartFailure of(Throwable failure) {
    failure.printStackTrace();
    return new StartFailure(failure.toString());
  }
}
