package dev.servicetokens.cluster;

import java.util.random.RandomGenerator;

/**
 * How rough a simulation is; each seed has its own.
 *
 * @param pausePerMille steps that take as long as a pause of the garbage collector
 * @param lostPerMille requests and replies that get lost
 * @param lostNotificationsPerMille notifications that never come
 * @param synchronousStandby whether commits wait for the standby
 * @param stops processes that are stopped or machines that are suspended
 * @param kills processes that are killed
 * @param databaseFails how the database restarts or fails over
 * @param prunes whether the log is pruned all the time
 * @param longLease whether one node has a longer lease than the others
 * @param mostRead how many changes a node reads at once
 * @param holders services that verify in their own memory
 * @param forgiving whether a holder that has not acknowledged is lent something all the same
 * @param rotations how often a token is rotated until the first use of its new secret
 */
record SimulationSettings(
    int pausePerMille,
    int lostPerMille,
    int lostNotificationsPerMille,
    boolean synchronousStandby,
    int stops,
    int kills,
    DatabaseFailure databaseFails,
    boolean prunes,
    boolean longLease,
    int mostRead,
    int holders,
    boolean forgiving,
    int rotations) {

  /** Those of a seed. */
  static SimulationSettings random(RandomGenerator random) {
    return new SimulationSettings(
        pick(random, 0, 2, 10),
        pick(random, 0, 0, 3, 20),
        pick(random, 0, 0, 200, 1000),
        random.nextInt(4) != 0,
        pick(random, 0, 0, 1, 2),
        pick(random, 0, 0, 0, 1),
        DatabaseFailure.values()[pick(random, 0, 0, 0, 0, 0, 0, 1, 2, 3)],
        random.nextInt(4) == 0,
        random.nextInt(4) == 0,
        pick(random, 1, 2, CoherenceNode.MOST_READ, CoherenceNode.MOST_READ),
        pick(random, 0, 2),
        random.nextInt(3) != 0,
        pick(random, 0, 1, 3));
  }

  /** How the database fails, if it does. */
  enum DatabaseFailure {
    NEVER,
    /** Some time. */
    ANY_TIME,
    /** Just after a change was committed. */
    AFTER_COMMIT,
    /** A while after some node has looked at the others, and nothing was committed since. */
    AFTER_A_LOOK
  }

  /**
   * These, but with the trouble in which that mutant's mistake shows; without it a mutant would
   * need many more seeds. All of it occurs among the seeds of the protocol itself.
   */
  SimulationSettings towards(Mutant mutant) {
    return switch (mutant) {
      case LOOK_UP_BEFORE_LEASE -> with(10, 0, true, 2, DatabaseFailure.NEVER);
      case READ_BEFORE_RENEWED -> with(0, 1000, true, 2, DatabaseFailure.NEVER);
      case NOT_FOUND_NOT_DURABLE -> withLostReplies(20, DatabaseFailure.ANY_TIME);
      case SERVER_START_IGNORED -> with(0, 0, true, 0, DatabaseFailure.AFTER_A_LOOK);
      case CHANGE_ID_UNCHECKED, FILL_ACROSS_SERVERS ->
          with(2, 0, false, 0, DatabaseFailure.AFTER_COMMIT);
      case LENT_WITHOUT_LEASE -> with(2, 1000, true, 2, DatabaseFailure.NEVER).withHolders(2);
      case HOLDER_LOOKS_UP_BEFORE_LEASE, LENT_FOR_A_WHOLE_LEASE, HOLDER_COUNTS_FROM_REPLY ->
          with(10, 0, true, 2, DatabaseFailure.NEVER).withHolders(2);
      case HOLDER_FORGOTTEN_WHEN_CUT_OFF, HOLDER_ACKNOWLEDGES_BEFORE_APPLY ->
          withLostReplies(20, DatabaseFailure.NEVER).withHolders(2);
      case HOLDERS_NOT_AWAITED,
          HOLDER_RECORDED_AFTER_ANSWER,
          HOLDER_HAS_LEASE_BEFORE_APPLY,
          HOLDER_FILLS_UNGUARDED,
          FILL_NUMBERED_AFTER_LOOK_UP ->
          withHolders(2);
      case ANSWERS_BEFORE_FIRST_USE_IS_COMMITTED,
          FIRST_USE_NOT_AWAITED,
          SECOND_USE_NOT_AWAITED,
          FILL_OF_FIRST_USE_NOT_AWAITED,
          PENDING_KEPT_IN_MEMORY,
          OLD_SECRET_FILLED_UNGUARDED ->
          withRotations(lostPerMille, true);
      case STOPS_BEFORE_ITS_HOLDERS -> withHolders(2).withKills();
      case READ_BEFORE_REGISTER -> withHolders(0).withKills();
      case NONE -> this;
      default -> withHolders(0);
    };
  }

  private SimulationSettings with(
      int pauses, int lost, boolean synchronous, int stopped, DatabaseFailure failure) {
    return new SimulationSettings(
        pauses,
        0,
        lost,
        synchronous,
        stopped,
        0,
        failure,
        prunes,
        longLease,
        mostRead,
        holders,
        forgiving,
        0);
  }

  private SimulationSettings withLostReplies(int lost, DatabaseFailure failure) {
    return new SimulationSettings(
        pausePerMille,
        lost,
        lostNotificationsPerMille,
        true,
        stops,
        kills,
        failure,
        prunes,
        longLease,
        mostRead,
        holders,
        forgiving,
        0);
  }

  private SimulationSettings withHolders(int services) {
    return new SimulationSettings(
        pausePerMille,
        lostPerMille,
        lostNotificationsPerMille,
        synchronousStandby,
        stops,
        kills,
        databaseFails,
        prunes,
        longLease,
        mostRead,
        services,
        true,
        0);
  }

  private SimulationSettings withRotations(int lost, boolean synchronous) {
    return new SimulationSettings(
        pausePerMille,
        lost,
        lostNotificationsPerMille,
        synchronous,
        0,
        0,
        DatabaseFailure.NEVER,
        prunes,
        longLease,
        mostRead,
        0,
        true,
        3);
  }

  private SimulationSettings withKills() {
    return new SimulationSettings(
        pausePerMille,
        lostPerMille,
        lostNotificationsPerMille,
        synchronousStandby,
        stops,
        2,
        databaseFails,
        prunes,
        longLease,
        mostRead,
        holders,
        forgiving,
        0);
  }

  private static int pick(RandomGenerator random, int... values) {
    return values[random.nextInt(values.length)];
  }
}
