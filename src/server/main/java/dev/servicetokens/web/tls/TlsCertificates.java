package dev.servicetokens.web.tls;

import dev.servicetokens.startup.StartRefusal;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.ssl.CertificateProvider;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Sinks;

/**
 * Gives the server its certificate, and another one when the files have changed.
 *
 * <p>A thread of its own looks at the files every few seconds: no event loop ever reads one, and
 * what the files say counts, not what the file system tells of them, because mounted secrets are
 * replaced by a link to a link. A new pair is for new connections; those that there are keep
 * theirs. Whatever is wrong with a new pair, the old one stays; the log says so once, and not
 * before a second look has found the same, because the two files are not replaced in one step.
 * Thread-safe.
 */
@Singleton
@Named(TlsCertificates.NAME)
@Requires(property = TlsCertificates.PROPERTY)
final class TlsCertificates implements CertificateProvider {

  static final String NAME = "service-tokens";
  static final String PROPERTY = "service-tokens.tls.certificate";

  static final String KEY_FOR_ALL =
      "Every user of this machine may read the file of %s: chmod 600 it, or mount it with mode 0400"
          .formatted(TlsConfiguration.KEY);

  private static final Logger LOG = LoggerFactory.getLogger(TlsCertificates.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(3);

  private final TlsConfiguration configuration;
  private final Clock clock;
  private final Sinks.Many<KeyStore> stores = Sinks.many().replay().latest();
  private final Thread watcher =
      Thread.ofPlatform().daemon().name("tls-files").unstarted(this::watch);

  private TlsPair pair;
  private String fingerprint;
  private @Nullable String failure;
  private boolean told;
  private Instant toldOfEnd = Instant.MIN;

  /**
   * Reads the files.
   *
   * @throws StartRefusal if the server cannot use them
   */
  TlsCertificates(TlsConfiguration configuration, Clock clock) {
    this.configuration = configuration;
    this.clock = clock;
    PemFiles files = PemFiles.read(configuration);
    pair = TlsPair.of(files, clock.instant());
    fingerprint = files.fingerprint();
    stores.emitNext(pair.keyStore(), Sinks.EmitFailureHandler.FAIL_FAST);
    LOG.info("TLS certificate: {}", pair.description());
    pair.warnings().forEach(LOG::warn);
    if (files.keyIsForAll()) {
      LOG.warn(KEY_FOR_ALL);
    }
    tellOfEnd();
  }

  @PostConstruct
  void startWatching() {
    watcher.start();
  }

  @PreDestroy
  void stopWatching() {
    watcher.interrupt();
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(LOOK_EVERY);
        look();
      }
    } catch (InterruptedException _) {
      LOG.debug("The server ends");
    }
  }

  /** Looks at the files, and takes a new pair that the server can use. */
  synchronized void look() {
    try {
      PemFiles files = PemFiles.read(configuration);
      if (files.fingerprint().equals(fingerprint)) {
        recovered();
      } else {
        TlsPair read = TlsPair.of(files, clock.instant());
        stores.emitNext(read.keyStore(), Sinks.EmitFailureHandler.FAIL_FAST);
        pair = read;
        fingerprint = files.fingerprint();
        failure = null;
        told = false;
        LOG.info("New TLS certificate for new connections: {}", pair.description());
        pair.warnings().forEach(LOG::warn);
      }
    } catch (StartRefusal e) {
      failed(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      failed("The files cannot be used: " + e.getClass().getSimpleName());
    }
    tellOfEnd();
  }

  private void recovered() {
    if (told) {
      LOG.info("The TLS files are again those of the certificate in use");
    }
    failure = null;
    told = false;
  }

  private void failed(String message) {
    if (!message.equals(failure)) {
      failure = message;
      told = false;
    } else if (!told) {
      told = true;
      LOG.warn(
          "The new TLS files are not used, and the certificate from before stays ({}): {}",
          pair.description(),
          message);
    }
  }

  /** Once a day, while there is time. */
  private void tellOfEnd() {
    Instant now = clock.instant();
    if (pair.endsSoon(now) && toldOfEnd.isBefore(now.minus(1, ChronoUnit.DAYS))) {
      toldOfEnd = now;
      LOG.warn(
          "The TLS certificate must be renewed, or no client connects any more: {}",
          pair.description());
    }
  }

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public Publisher<KeyStore> getKeyStore() {
    return stores.asFlux();
  }
}
