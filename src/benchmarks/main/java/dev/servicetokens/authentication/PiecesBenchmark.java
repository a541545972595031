package dev.servicetokens.authentication;

import dev.servicetokens.access.DefinedPermissions;
import dev.servicetokens.access.PermissionSet;
import dev.servicetokens.access.Principal;
import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.cluster.FilledCache;
import dev.servicetokens.cluster.PrincipalAnswer;
import dev.servicetokens.token.PresentedSecret;
import dev.servicetokens.token.TokenBounds;
import dev.servicetokens.token.TokenDigest;
import dev.servicetokens.token.TokenString;
import dev.servicetokens.verification.CountedUses;
import dev.servicetokens.verification.Credential;
import dev.servicetokens.verification.CredentialReader;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What each step from a request's headers to its principal costs, when that is in memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(2)
public class PiecesBenchmark {

  private static final int MAXIMUM = 10_000_000;

  /** How many live tokens are in memory. */
  @Param({"1000", "200000"})
  public int tokens;

  private final InetAddress address = InetAddress.getLoopbackAddress();
  private final CountedUses uses = new CountedUses();
  private final CredentialReader credentials = CountedUses.credentials();
  private TokenString[] strings = {};
  private TokenDigest[] digests = {};
  private HttpHeaders[] headers = {};
  private FilledCache cache = new FilledCache(MAXIMUM);
  private int next;

  /** Fills memory. */
  @Setup
  public void fill() {
    SecureRandom random = new SecureRandom();
    PrincipalAnswer.Factory answers = CountedUses.answers();
    strings = new TokenString[tokens];
    digests = new TokenDigest[tokens];
    headers = new HttpHeaders[tokens];
    cache = new FilledCache(MAXIMUM);
    for (int i = 0; i < tokens; i++) {
      strings[i] = TokenString.generate(random);
      digests[i] = TokenDigest.of(strings[i]);
      headers[i] =
          HttpRequest.GET("/")
              .header("Authorization", "ApiKey " + strings[i].reveal())
              .getHeaders();
      cache.put(
          digests[i],
          answers.of(
              new Principal(
                  i,
                  "token " + i,
                  List.of(new SubjectHandle("role")),
                  PermissionSet.NONE,
                  null,
                  DefinedPermissions.PREDEFINED),
              List.of("role"),
              Instant.EPOCH,
              new PresentedSecret(1, false, null),
              TokenBounds.NONE));
    }
  }

  /** Finds the credential in the headers. */
  @Benchmark
  public Object read() {
    return credentials.read(headers[index()]);
  }

  /** Checks shape and checksum. */
  @Benchmark
  public boolean checksum() {
    return strings[index()].isWellFormed();
  }

  /** Makes the SHA-256. */
  @Benchmark
  public TokenDigest digest() {
    return TokenDigest.of(strings[index()]);
  }

  /** Looks the principal up. */
  @Benchmark
  public @Nullable Object lookUp() {
    return cache.get(digests[index()]);
  }

  /** Records a use. */
  @Benchmark
  public void recordUse() {
    uses.add(next++, address);
  }

  /** All of it but the record. */
  @Benchmark
  public @Nullable Object whole() {
    if (credentials.read(headers[index()]) instanceof Credential.Presented(var token)) {
      TokenDigest digest = TokenDigest.of(token);
      return token.isWellFormed() ? cache.get(digest) : PrincipalAnswer.NOBODY;
    }
    return null;
  }

  private int index() {
    next = next + 1 < tokens ? next + 1 : 0;
    return next;
  }
}
