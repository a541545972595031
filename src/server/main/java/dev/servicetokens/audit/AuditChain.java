package dev.servicetokens.audit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the seals of the events are kept. A seal binds an event to a place in the chain by a hash
 * that covers the event and the hash of the place before, so that a later change of any of them is
 * found. The hashes are computed here and not by the database: whoever owns the database could
 * replace a function in it by one that finds every change in order. Each call runs in the caller's
 * transaction. Thread-safe.
 */
public interface AuditChain {

  /**
   * Takes the right to lengthen the chain until the transaction ends.
   *
   * @return false if another node has it
   */
  boolean tryLock();

  /** The end of the chain: the last seal, or the anchor if there is none. */
  Link end();

  /**
   * Events that wait for their seals, in the order of their ids, as far as they are visible. Fewer
   * than so many where they would weigh too much to be held.
   */
  List<StoredEvent> unsealed(int limit);

  /** Adds seals at the end of the chain and takes their events out of the queue. */
  void seal(List<Seal> seals);

  /** Where the kept part of the chain begins: the last place that was pruned. */
  Link anchor();

  /** Whether an event in the audit log says that the chain was pruned up to there. */
  boolean isPrunedTo(Link anchor);

  /** The seal at that place, if there is one. */
  Optional<Seal> sealAt(long sequenceNumber);

  /**
   * Seals behind that place, in their order, each with its event. Fewer than so many where they
   * would weigh too much to be held, but always two if there are two.
   */
  List<SealedEvent> sealedAfter(long sequenceNumber, int limit);

  /** How many events wait for their seals. */
  long countUnsealed();

  /** When the event that waits longest for its seal was put in the queue; empty if none waits. */
  Optional<Instant> firstQueuedAt();

  /**
   * The first event, by id, that is neither sealed nor in the queue.
   *
   * @param fromId first id to look at
   * @param toId last id to look at
   */
  Optional<Long> firstStray(long fromId, long toId);

  /** The first event, by id, that is in the queue and nowhere else. */
  Optional<Long> firstLostFromQueue();

  /** The first event, by id, that was put in the queue before that instant and is still there. */
  Optional<Long> firstQueuedBefore(Instant instant);

  /**
   * Removes the oldest part of the chain with its events, see the function of that name in the
   * database: whatever it is asked, it keeps what is younger than a day by the database's clock.
   *
   * @return how many events were removed
   */
  long prune(Instant before, int limit);

  /**
   * A place in the chain. Immutable.
   *
   * @param sequenceNumber 1 for the first; 0 stands before it
   * @param hash the SHA-256 at that place, as 64 lower-case hexadecimal digits
   */
  record Link(long sequenceNumber, String hash) {

    /** Before the first event: its hash is zeros. */
    public static final Link START = new Link(0, "0".repeat(64));

    /** The place with those 32 bytes as its hash. */
    public static Link of(long sequenceNumber, byte[] hash) {
      return new Link(sequenceNumber, HexFormat.of().formatHex(hash));
    }

    /** The hash as 32 bytes. */
    public byte[] hashBytes() {
      return HexFormat.of().parseHex(hash);
    }

    /**
     * The place of an event that follows. Its hash is the SHA-256 of the 32 bytes of this hash, of
     * 8 bytes with the number of the new place (big endian), and of the event as bytes.
     */
    Link next(byte[] event) {
      long number = sequenceNumber + 1;
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(hashBytes());
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        return of(number, digest.digest(event));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java platform has SHA-256.", e);
      }
    }
  }

  /**
   * An event as the bytes that its seal covers: all that is stored of it.
   *
   * @param id the event's id
   * @param bytes the bytes; not copied, and nobody changes them
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record StoredEvent(long id, byte[] bytes) {}

  /**
   * Binds an event to its place in the chain. Immutable.
   *
   * @param link the place and the hash there
   * @param eventId the event
   */
  record Seal(Link link, long eventId) {

    /** The seal of an event that follows that place. */
    static Seal after(Link before, StoredEvent event) {
      return new Seal(before.next(event.bytes()), event.id());
    }
  }

  /**
   * A seal with what is stored of its event now.
   *
   * @param seal the seal
   * @param event the event; null if it is not there any more
   */
  record SealedEvent(Seal seal, @Nullable StoredEvent event) {}
}
