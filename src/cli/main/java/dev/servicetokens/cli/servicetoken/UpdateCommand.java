package dev.servicetokens.cli.servicetoken;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.ForceFlag;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.client.ServiceTokenChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code sts service-token update}: changes what its flags name, and leaves the rest. A bound or an
 * end is taken away by the value {@code none}.
 */
@CommandLine.Command(
    name = "update",
    description = "Change a service token; \"none\" takes away an end, description or bound")
final class UpdateCommand implements Command {

  @Mixin private final TokenChoice choice = new TokenChoice();
  @Mixin private final EndFlags end = new EndFlags();
  @Mixin private final BoundFlags bounds = new BoundFlags();
  @Mixin private final ForceFlag force = new ForceFlag();

  @Option(names = "--new-name", paramLabel = "string", description = "Another name")
  private String newName = "";

  @Option(names = "--description", paramLabel = "string", description = "What it is for")
  private String description = "";

  @Option(
      names = "--roles",
      paramLabel = "strings",
      description = "Comma-separated roles, all that it shall have")
  private List<String> roles = new ArrayList<>();

  @Override
  public Report run(Session session) {
    ServiceTokenChange change = new ServiceTokenChange();
    boolean described = describe(change);
    boolean bounded = bound(change);
    if (!end(change, session.time().now()) && !described && !bounded) {
      throw new UsageFailure(
          "What is to be changed? Give --new-name, --description, --roles, --expiration, --expires-in, --allowed-cidrs, --rate-limit or --maximum-uses");
    }
    return send(session, choice, force, change, "Service token updated: ");
  }

  /** Sends a change of the chosen service token. */
  static Report send(
      Session session,
      TokenChoice choice,
      ForceFlag force,
      ServiceTokenChange change,
      String done) {
    return choice.with(
        session,
        (connection, token) -> {
          force.send(
              session,
              connection,
              (client, forced) -> client.serviceTokens().updateServiceToken(token, change, forced));
          return new Report.Done(done + token, Map.of("updated-service-token", token));
        });
  }

  private boolean describe(ServiceTokenChange change) {
    if (!newName.isEmpty()) {
      change.name(newName);
    }
    if (description.equals(BoundFlags.NONE)) {
      change.withoutDescription();
    } else if (!description.isEmpty()) {
      change.description(description);
    }
    if (!roles.isEmpty()) {
      change.roles(RoleList.read(roles));
    }
    return !newName.isEmpty() || !description.isEmpty() || !roles.isEmpty();
  }

  private boolean end(ServiceTokenChange change, Instant now) {
    if (end.isNone()) {
      change.withoutExpiry();
      return true;
    }
    Optional<Instant> at = end.end(now, ", or none");
    at.ifPresent(change::expiresAt);
    return at.isPresent();
  }

  private boolean bound(ServiceTokenChange change) {
    List<String> blocks = bounds.allowedCidrs();
    if (bounds.fromAnyAddress()) {
      change.fromAnyAddress();
    } else if (!blocks.isEmpty()) {
      change.allowedCidrs(blocks);
    }
    boolean changed = !blocks.isEmpty();
    if (bounds.withoutRateLimit()) {
      change.withoutRateLimit();
      changed = true;
    } else if (bounds.rateLimit().isPresent()) {
      change.rateLimit(bounds.rateLimit().get());
      changed = true;
    }
    if (bounds.withoutMaximumUses()) {
      change.withoutMaximumUses();
      changed = true;
    } else if (bounds.maximumUses() != null) {
      change.maximumUses(bounds.maximumUses());
      changed = true;
    }
    return changed;
  }

  /** {@code sts service-token disable}. */
  @CommandLine.Command(
      name = "disable",
      description = "Have a service token refused until it is enabled again")
  static final class DisableCommand implements Command {

    @Mixin private final TokenChoice choice = new TokenChoice();
    @Mixin private final ForceFlag force = new ForceFlag();

    @Override
    public Report run(Session session) {
      return send(
          session,
          choice,
          force,
          new ServiceTokenChange().enabled(false),
          "Service token disabled: ");
    }
  }

  /** {@code sts service-token enable}. */
  @CommandLine.Command(name = "enable", description = "Accept a disabled service token again")
  static final class EnableCommand implements Command {

    @Mixin private final TokenChoice choice = new TokenChoice();

    @Override
    public Report run(Session session) {
      return send(
          session,
          choice,
          new ForceFlag(),
          new ServiceTokenChange().enabled(true),
          "Service token enabled: ");
    }
  }
}
