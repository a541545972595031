package dev.servicetokens.access;

import dev.servicetokens.audit.Actor;

/** Who asked for a change was live when the request began, and is not when it is to be made. */
public final class ActorNotLiveException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Actor actor;
  private final boolean expired;

  private ActorNotLiveException(String message, Actor actor, boolean expired) {
    super(message);
    this.actor = actor;
    this.expired = expired;
  }

  /** Its token has been deleted. */
  static ActorNotLiveException deleted(Actor actor) {
    return new ActorNotLiveException(
        "The token was deleted before its request was complete", actor, false);
  }

  /** Its token has ended. */
  static ActorNotLiveException expired(Actor actor) {
    return new ActorNotLiveException(
        "The token ended before its request was complete", actor, true);
  }

  /** Who it was. */
  public Actor actor() {
    return actor;
  }

  /** Whether its token has ended; otherwise it is deleted. */
  public boolean isExpired() {
    return expired;
  }
}
