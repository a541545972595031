package dev.servicetokens.bootstrap;

import dev.servicetokens.access.LastAdministrator;
import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.PrincipalQuery;
import dev.servicetokens.startup.AdministratorTokenNotice;
import dev.servicetokens.token.TokenDigest;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows after a start by which token somebody gets in, and says so when there is none. A refused
 * caller is told the same 401 whatever the reason; this is for whoever may start the server.
 */
@Singleton
final class WaysIn implements AdministratorTokenNotice {

  private final AdministratorTokenFile file;
  private final BootstrapConfiguration configuration;
  private final PrincipalQuery principals;
  private final LastAdministrator administrators;
  private final Clock clock;

  WaysIn(
      AdministratorTokenFile file,
      BootstrapConfiguration configuration,
      PrincipalQuery principals,
      LastAdministrator administrators,
      Clock clock) {
    this.file = file;
    this.configuration = configuration;
    this.principals = principals;
    this.administrators = administrators;
    this.clock = clock;
  }

  @Override
  public Optional<Notice> notice() {
    return file.read()
        .flatMap(token -> find(TokenDigest.of(token)))
        .filter(principal -> principal.isLiveAt(clock.instant()))
        .flatMap(this::notice);
  }

  private Optional<Notice> notice(Principal principal) {
    @Nullable Instant end = principal.expiresAt();
    return end == null ? Optional.empty() : Optional.of(new Notice(file.path(), end));
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    ConfiguredSecret.digest(configuration).flatMap(this::death).ifPresent(warnings::add);
    if (!administrators.exist()) {
      warnings.add(
          """
          No live token can administer this server. To get in, end it and start it with a new token, which
          lives for 24 hours:
            (umask 077; openssl rand -hex 32 > ~/new-admin-token) && %sSERVICE_TOKENS_BOOTSTRAP_TTL=24h SERVICE_TOKENS_BOOTSTRAP_ROLES=stackstate-admin SERVICE_TOKENS_BOOTSTRAP_TOKEN_FILE=~/new-admin-token ./sts serve"""
              .formatted(withoutTheOtherForm()));
    }
    return warnings;
  }

  /** A configured token that this start has not put in place is one that an earlier start has. */
  private Optional<String> death(TokenDigest digest) {
    Optional<Principal> found = find(digest);
    if (found.isPresent() && found.get().isLiveAt(clock.instant())) {
      return Optional.empty();
    }
    String variable = ConfiguredSecret.variable(configuration);
    return Optional.of(
        "The configured bootstrap token %s and stays dead, whatever is started: give %s another value, or remove it"
            .formatted(
                found.map(ended -> "has expired (" + ended.expiresAt() + ")").orElse("was deleted"),
                variable));
  }

  // Only one form may be set; what else is exported must not stop the command.
  private String withoutTheOtherForm() {
    String variable = ConfiguredSecret.variable(configuration);
    return variable.isEmpty() || variable.equals(ConfiguredSecret.TOKEN_FILE)
        ? ""
        : "env -u " + variable + " ";
  }

  private Optional<Principal> find(TokenDigest digest) {
    return principals.find(digest).answer().found();
  }
}
