package dev.servicetokens.cluster.real;

/** What goes wrong. */
sealed interface Fault {

  /** Whether requests to that node may be refused with 503, or not answered, because of it. */
  boolean affects(String node);

  /** A fault of one node; the others must not notice it. */
  sealed interface OfNode extends Fault {

    /** The node's name. */
    String node();

    /** The service asks whichever node answers, so that it may feel what any of them feels. */
    @Override
    default boolean affects(String other) {
      return node().equals(other) || other.equals(Service.NAME);
    }
  }

  /** A fault of the service that verifies by itself. */
  sealed interface OfService extends Fault {

    @Override
    default boolean affects(String node) {
      return node.equals(Service.NAME);
    }
  }

  /** A fault of the database that all nodes share. */
  sealed interface OfDatabase extends Fault {

    @Override
    default boolean affects(String node) {
      return true;
    }
  }

  /** SIGKILL of a server; healed when it has started again. */
  record KillServer(String node) implements OfNode {}

  /** SIGSTOP of a server for three seconds, then SIGCONT. */
  record StopServer(String node) implements OfNode {}

  /** All connections between a server and the database are reset, and new ones too. */
  record CutLink(String node) implements OfNode {}

  /** Nothing arrives any more between a server and the database, and nothing is closed. */
  record SwallowLink(String node) implements OfNode {}

  /** SIGKILL of the service; healed when it has started again. */
  record KillService() implements OfService {}

  /** SIGSTOP of the service for three seconds, then SIGCONT. */
  record StopService() implements OfService {}

  /** All connections between the service and the nodes are reset, and new ones too. */
  record CutService() implements OfService {}

  /** Nothing arrives any more between the service and the nodes, and nothing is closed. */
  record SwallowService() implements OfService {}

  /** {@code pg_terminate_backend} of every connection of every server. */
  record TerminateBackends() implements OfDatabase {}

  /** SIGKILL of PostgreSQL; healed when it accepts writes again. */
  record KillDatabase() implements OfDatabase {}

  /** SIGKILL of the primary and promotion of its synchronous standby. */
  record PromoteStandby() implements OfDatabase {}
}
