package dev.servicetokens.client;

import dev.servicetokens.client.HolderMemory.Told;
import dev.servicetokens.client.TokenQuestions.Outcome;
import dev.servicetokens.client.Verification.Limited;
import dev.servicetokens.client.Verification.Live;
import dev.servicetokens.client.Verification.NotLive;
import dev.servicetokens.client.Verification.Unavailable;
import dev.servicetokens.client.VerifierNodes.Reply;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Tells a service whether the tokens of its own callers are live, and what they may do: from this
 * process's memory, in about a microsecond, and yet a token that was deleted is refused as soon as
 * the DELETE has returned.
 *
 * <pre>{@code
 * // Once for the process:
 * var verifier =
 *     ServiceTokenVerifier.builder("https://tokens.example.com", System.getenv("VERIFIER_TOKEN"))
 *         .build();
 *
 * // For each request:
 * switch (verifier.verify(token, callersAddress)) {
 *   case Verification.Live live -> live.allows("deploy:prod", "cluster-1");
 *   case Verification.NotLive no -> answer(401);
 *   case Verification.Limited over -> answer(429);
 *   case Verification.Unavailable away -> answer(503);
 * }
 * }</pre>
 *
 * <p><b>How.</b> A node of the server lends this process a lease for less than a second, which is
 * renewed all the time, and tells it of changes; a DELETE waits until each such process has heard
 * of it, or its lease is over. While a lease is held, a token that was asked for before is told
 * from memory; any other is asked for at a node, in one round trip. Without a lease (the server is
 * away, older, or has lent enough) every token is asked for, and when no node answers the result is
 * {@link Unavailable}: never yes, and never no. When a token ends is told by this machine's clock.
 *
 * <p><b>Make one for each process</b> and keep it: each has a lease, a thread and connections, and
 * every DELETE waits for it. The verifier's own token needs the permission {@code
 * verify-service-tokens} (the role {@code token-verifier} has it and nothing else). If a node
 * refuses it, memory is emptied and every token is {@link Unavailable} until a node takes it again;
 * this is in the log once a minute, and the {@link VerifierListener} is told.
 *
 * <p><b>Cost.</b> A live token takes about half a kilobyte of memory; its text (name, roles,
 * permissions) beyond that counts as further tokens. Tokens with the same roles and permissions
 * share them. No token string is kept, only digests. At rest there is one daemon thread of ours,
 * those of the JDK's client, and one connection, on which a request goes out about seven times a
 * second.
 *
 * <p><b>Machines that stand still.</b> A lease holds only while two clocks say so, so that a
 * suspended machine, or one whose clock was set, asks anew. A process that was forked or restored
 * from a memory image (CRaC) may share its place at the server with a twin: the server refuses the
 * second one's request, and that process begins with an empty memory. For the moment between, at
 * most 0.9 s of its own time, it may tell what was true before: close the verifier before such an
 * image is made, and make a new one after.
 *
 * <p>Safe for use by several threads, virtual ones too.
 */
public final class ServiceTokenVerifier implements AutoCloseable, Verifier {

  private static final System.Logger LOG = System.getLogger(ServiceTokenVerifier.class.getName());

  private static final int LONGEST_TOKEN = 4096;
  private static final Duration WHILE_REFUSED = Duration.ofSeconds(5);
  private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

  private final VerifierTime time = VerifierTime.SYSTEM;
  private final VerifierListener listener;
  private final Duration timeout;
  private final ScheduledThreadPoolExecutor thread;
  private final ExecutorService workers;
  private final HolderMemory memory;
  private final TokenQuestions questions;
  private final @Nullable LeaseRenewal renewal;
  private final CompletableFuture<String> started = new CompletableFuture<>();
  private volatile @Nullable Refusal refusal;
  private volatile boolean closed;
  private long refusalLoggedNanos;
  private boolean refusalLogged;

  /** Why every token is refused, and until when no node is asked again. */
  private record Refusal(String reason, long untilNanos) {}

  /**
   * Whether tokens are told from memory now, for a health page.
   *
   * @param held whether a lease is held
   * @param age how long ago the last one was asked for; null if there never was one
   * @param reason why none is held; null if one is. It names nodes, and no token
   */
  public record Lease(boolean held, @Nullable Duration age, @Nullable String reason) {}

  private ServiceTokenVerifier(Builder settings) {
    this.listener = new CarefulListener(settings.listener);
    this.timeout = settings.timeout;
    this.thread = new ScheduledThreadPoolExecutor(1, daemons("service-tokens-verifier"));
    thread.setRemoveOnCancelPolicy(true);
    // Whoever verifies while another thread closes must get an answer and no exception.
    thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.workers =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // Bounded by the requests under way.
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            daemons("service-tokens-verifier-http"));
    this.memory =
        new HolderMemory(time, settings.maximumTokens, ServiceTokenVerifier::randomHolder);
    VerifierNodes nodes =
        new VerifierNodes(settings.addresses(workers), settings.credential, thread, time);
    this.questions =
        new TokenQuestions(nodes, memory, this::ownTokenRefused, thread, time, timeout);
    this.renewal =
        settings.askEveryTime
            ? null
            : new LeaseRenewal(nodes, memory, thread, time, new LeaseEvents());
  }

  /**
   * Begins a verifier with the defaults of {@link Builder}.
   *
   * @param url where a node of the server listens: {@code http} or {@code https}, a host, perhaps a
   *     port and a path in front of {@code /api}
   * @param token the service's own token string, which may {@code verify-service-tokens}
   * @throws IllegalArgumentException if the URL or the token cannot be used; the message never
   *     holds the token
   */
  public static Builder builder(String url, String token) {
    return new Builder(url, token);
  }

  /** Verifies a token of which nobody knows from where it came. */
  public Verification verify(@Nullable String token) {
    return verify(token, null);
  }

  /**
   * Tells whether a token is live. Answers at once from memory; else it waits for a node, no longer
   * than {@link Builder#timeout}. On an event loop use {@link #verifyAsync}. Never throws for what
   * a caller or the network does.
   *
   * @param token what the caller has sent, whatever it looks like; null is not live
   * @param address the IPv4 or IPv6 address of the caller, against which unknown tokens count at
   *     the server, which is shown as the token's last one, and from which the token may be used
   *     only if its allowed addresses contain it; null, or another text, if you do not know it,
   *     which a token with allowed addresses does not survive
   */
  @Override
  public Verification verify(@Nullable String token, @Nullable String address) {
    Verification known = known(token, address);
    if (known != null) {
      return known;
    }
    try {
      Outcome outcome =
          ask(token, address)
              .toCompletableFuture()
              .get(timeout.toMillis() + 1000, TimeUnit.MILLISECONDS);
      return told(outcome, address);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unavailable("The caller was interrupted", Duration.ofSeconds(1));
    } catch (ExecutionException | TimeoutException e) {
      return unavailable("No node has answered in time", Duration.ofSeconds(1));
    }
  }

  /**
   * The same without waiting: complete already if the token is in memory, else completed by another
   * thread, never exceptionally.
   */
  @Override
  public CompletionStage<Verification> verifyAsync(
      @Nullable String token, @Nullable String address) {
    Verification known = known(token, address);
    return known != null
        ? CompletableFuture.completedFuture(known)
        // Not on the threads that renew: what the caller does next may take long.
        : ask(token, address)
            .thenApplyAsync(outcome -> told(outcome, address), ForkJoinPool.commonPool());
  }

  /** Whether tokens are told from memory now. */
  public Lease lease() {
    long age = memory.leaseAgeNanos();
    Duration since = age < 0 ? null : Duration.ofNanos(age);
    Refusal refused = refusal;
    if (closed) {
      return new Lease(false, since, "The verifier is closed");
    }
    if (renewal == null) {
      return new Lease(false, since, "Every token is asked for, as the verifier was told to");
    }
    return memory.isLeaseHeld()
        ? new Lease(true, since, null)
        : new Lease(false, since, refused == null ? renewal.why() : refused.reason());
  }

  /**
   * Ends the lease, the thread and what is under way; every token is {@link Unavailable} from now
   * on. Uses of the last moment that no node knows of are lost. Can be called again.
   */
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
    memory.drop();
    questions.close();
    workers.shutdown();
  }

  /** For benchmarks. */
  HolderMemory memory() {
    return memory;
  }

  /** Names no token. */
  @Override
  public String toString() {
    return "ServiceTokenVerifier[" + lease() + "]";
  }

  /** What needs no node; null if one has to be asked. */
  private @Nullable Verification known(@Nullable String token, @Nullable String address) {
    if (token == null || !isPlausible(token)) {
      return notLive();
    }
    TokenDigest.Hasher hasher = TokenDigest.Hasher.take();
    Verification found;
    try {
      found = memory.lookUp(hasher.digest(token), shortEnough(address));
    } finally {
      hasher.giveBack();
    }
    if (found != null) {
      listener.hit();
      return found instanceof NotLive ? notLive() : found;
    }
    Refusal refused = refusal;
    if (refused != null) {
      long left = refused.untilNanos() - time.nanoTime();
      if (left > 0) {
        return unavailable(refused.reason(), Duration.ofNanos(left));
      }
    }
    listener.miss();
    return null;
  }

  /** No token has other characters, and none is that long. */
  private static boolean isPlausible(String token) {
    int length = token.length();
    if (length == 0 || length > LONGEST_TOKEN) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char character = token.charAt(i);
      if (character <= ' ' || character >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private CompletionStage<Outcome> ask(@Nullable String token, @Nullable String address) {
    String text = Objects.requireNonNull(token);
    return questions.ask(TokenDigest.of(text), text, literal(address));
  }

  private Verification told(Outcome outcome, @Nullable String address) {
    if (outcome instanceof Outcome.Answered answered) {
      if (refusal != null) {
        refusal = null;
      }
      Told told = answered.told();
      Duration limited = told.limited();
      if (limited != null) {
        listener.limited();
        return new Limited(limited);
      }
      Live live = told.live();
      AllowedAddresses allowed = told.allowed();
      return live == null
              || time.wallMillis() >= HolderMemory.endMillis(live)
              || (allowed != null && !allowed.contain(shortEnough(address)))
          ? notLive()
          : live;
    }
    Unavailable why = ((Outcome.Unknown) outcome).why();
    return unavailable(why.reason(), why.retryAfter());
  }

  private Verification notLive() {
    listener.notLive();
    return NotLive.IT;
  }

  private Verification unavailable(String reason, Duration retryAfter) {
    listener.unavailable(reason);
    return new Unavailable(reason, retryAfter);
  }

  /** No address is longer, and a text of any length must not stay in memory. */
  private static @Nullable String shortEnough(@Nullable String address) {
    return address == null || address.length() > 45 ? null : address;
  }

  /** The address if it is one; nothing is ever resolved. */
  static @Nullable String literal(@Nullable String address) {
    String text = shortEnough(address);
    String literal = text == null ? null : AllowedAddresses.literal(text);
    try {
      return literal == null ? null : InetAddress.getByName(literal).getHostAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private Unavailable ownTokenRefused(Reply.Refused refused) {
    String reason =
        "The verifier's own token is refused, so every token is; give it one with the permission"
            + " verify-service-tokens. "
            + refused.message();
    refusal = new Refusal(reason, time.nanoTime() + WHILE_REFUSED.toNanos());
    memory.drop();
    started.complete(reason);
    listener.ownTokenRefused(reason);
    if (isTimeToLog()) {
      LOG.log(System.Logger.Level.ERROR, reason);
    }
    return new Unavailable(reason, WHILE_REFUSED);
  }

  private synchronized boolean isTimeToLog() {
    long now = time.nanoTime();
    if (refusalLogged && now - refusalLoggedNanos < BETWEEN_WARNINGS) {
      return false;
    }
    refusalLogged = true;
    refusalLoggedNanos = now;
    return true;
  }

  private void begin() {
    if (renewal != null) {
      renewal.begin();
    }
  }

  private void requireAnswer(String ownToken) {
    if (renewal == null) {
      Outcome outcome =
          questions.ask(TokenDigest.of(ownToken), ownToken, null).toCompletableFuture().join();
      if (outcome instanceof Outcome.Unknown unknown) {
        started.complete(unknown.why().reason());
      }
      started.complete("");
    }
    String problem;
    try {
      problem = started.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problem = "the start was interrupted";
    } catch (ExecutionException | TimeoutException e) {
      problem = "No node has answered in time: " + (renewal == null ? "" : renewal.why());
    }
    if (!problem.isEmpty()) {
      throw new IllegalStateException("The verifier cannot start. " + problem);
    }
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread made = new Thread(task, name);
      made.setDaemon(true);
      return made;
    };
  }

  private static String randomHolder() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** What becomes of the lease, in the log and for the listener. */
  private final class LeaseEvents implements LeaseRenewal.Listener {

    private boolean had;

    @Override
    public void leaseHeld(boolean held, String why) {
      listener.leaseHeld(held);
      if (!held) {
        LOG.log(System.Logger.Level.WARNING, "No lease: each token is asked for at a node. " + why);
      } else if (had) {
        LOG.log(System.Logger.Level.INFO, "A lease is held again: tokens are told from memory");
      }
      had = had || held;
      if (held) {
        refusal = null;
      }
    }

    @Override
    public void answered() {
      started.complete("");
    }

    @Override
    public void ownTokenRefused(Reply.Refused refused) {
      ServiceTokenVerifier.this.ownTokenRefused(refused);
    }

    @Override
    public void startedOver() {
      LOG.log(
          System.Logger.Level.WARNING,
          "A node has seen this process's questions before, as if it had a twin; it begins with an"
              + " empty memory");
    }
  }

  /** Metrics must not keep a token from being told. */
  private record CarefulListener(VerifierListener inner) implements VerifierListener {

    private void tell(Consumer<VerifierListener> what) {
      try {
        what.accept(inner);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.DEBUG, "The verifier's listener has thrown an exception", e);
      }
    }

    @Override
    public void hit() {
      tell(VerifierListener::hit);
    }

    @Override
    public void miss() {
      tell(VerifierListener::miss);
    }

    @Override
    public void notLive() {
      tell(VerifierListener::notLive);
    }

    @Override
    public void limited() {
      tell(VerifierListener::limited);
    }

    @Override
    public void unavailable(String reason) {
      tell(told -> told.unavailable(reason));
    }

    @Override
    public void leaseHeld(boolean held) {
      tell(told -> told.leaseHeld(held));
    }

    @Override
    public void ownTokenRefused(String reason) {
      tell(told -> told.ownTokenRefused(reason));
    }
  }

  /**
   * The settings of a verifier to be. Not safe for use by several threads.
   *
   * <p>Defaults: 100 000 tokens in memory, 3 s for a token that has to be asked for, the JVM's own
   * trust in certificates and its own proxies, nobody listening, no wait at the start.
   */
  public static final class Builder {

    private final Credential credential;
    private final List<ServerUrl> urls = new ArrayList<>();
    private int maximumTokens = 100_000;
    private boolean askEveryTime;
    private boolean requireAtStart;
    private Duration timeout = Duration.ofSeconds(3);
    private @Nullable SSLContext sslContext;
    private VerifierListener listener = new VerifierListener() {};

    private Builder(String url, String token) {
      this.credential = new Credential("X-API-Key", token);
      url(url);
    }

    /**
     * Adds another node of the same server, which is asked when those before it do not answer.
     *
     * @throws IllegalArgumentException if the URL is not one of a server
     */
    public Builder url(String url) {
      urls.add(ServerUrl.parse(url));
      return this;
    }

    /**
     * Sets how many live tokens are kept in memory.
     *
     * @throws IllegalArgumentException if it is less than one
     */
    public Builder maximumTokens(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("The most tokens to keep must be at least 1");
      }
      this.maximumTokens = count;
      return this;
    }

    /** Keeps nothing in memory, and asks a node for each token: one round trip each. */
    public Builder askEveryTime() {
      this.askEveryTime = true;
      return this;
    }

    /**
     * Lets {@link #build} wait for a node's first answer, as long as the time-out, and throw if
     * none comes or the own token is refused. Without, the verifier starts at once and says {@link
     * Unavailable} until a node answers.
     */
    public Builder requireAtStart() {
      this.requireAtStart = true;
      return this;
    }

    /**
     * Sets how long to wait for a token that has to be asked for, all nodes together.
     *
     * @throws IllegalArgumentException if it is not more than zero, or more than an hour
     */
    public Builder timeout(Duration duration) {
      if (duration.compareTo(Duration.ofMillis(1)) < 0
          || duration.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException("The time-out must be from 1 ms to one hour");
      }
      this.timeout = duration;
      return this;
    }

    /** Decides which certificates to trust. */
    public Builder sslContext(SSLContext context) {
      this.sslContext = Objects.requireNonNull(context);
      return this;
    }

    /** Is told what the verifier does, for metrics. */
    public Builder listener(VerifierListener told) {
      this.listener = Objects.requireNonNull(told);
      return this;
    }

    /**
     * Makes the verifier, which begins to ask for its lease.
     *
     * @throws IllegalStateException only after {@link #requireAtStart}: the own token is refused,
     *     or no node answers; the message says which, and never holds the token
     */
    public ServiceTokenVerifier build() {
      ServiceTokenVerifier verifier = new ServiceTokenVerifier(this);
      verifier.begin();
      if (requireAtStart) {
        try {
          verifier.requireAnswer(credential.token());
        } catch (IllegalStateException e) {
          verifier.close();
          throw e;
        }
      }
      return verifier;
    }

    private List<VerifierNodes.Address> addresses(ExecutorService workers) {
      boolean secure = urls.stream().anyMatch(ServerUrl::isSecure);
      SSLContext context = sslContext != null ? sslContext : secure ? defaultTrust() : new NoTls();
      HttpClient client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(timeout)
              .sslContext(context)
              .executor(workers)
              .build();
      return urls.stream()
          .map(url -> new VerifierNodes.Address(url, transport(url, client, context)))
          .toList();
    }

    private TimedHttpClient.Transport transport(
        ServerUrl url, HttpClient client, SSLContext context) {
      return url.hasUnderscore()
          ? new UnderscoreClient(
              url.host(), timeout, Proxy.NO_PROXY, context, UnderscoreClient::isNamed)
          : client::sendAsync;
    }

    private static SSLContext defaultTrust() {
      try {
        return SSLContext.getDefault();
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
