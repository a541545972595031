package dev.servicetokens.verification;

import dev.servicetokens.cluster.PrincipalAnswer;
import java.net.InetAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The uses of one token, as a verification counts them; nobody stores them. */
public final class CountedUses {

  private final Queue<TokenUse> pending = new ConcurrentLinkedQueue<>();
  private final TokenUse use = new TokenUse(1);

  /** Makes what a node keeps in memory of principals. */
  public static PrincipalAnswer.Factory answers() {
    return new LiveToken.Factory();
  }

  /** Reads credentials as where nobody has configured one. */
  public static CredentialReader credentials() {
    return new CredentialReader(digest -> false);
  }

  /** Counts a use. */
  public void add(long millis, InetAddress address) {
    use.record(millis, address, null, pending);
  }
}
