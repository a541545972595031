package dev.servicetokens.verification.http;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.cluster.HolderSupersededException;
import dev.servicetokens.cluster.LentLeases;
import dev.servicetokens.cluster.LentLeases.Answer;
import dev.servicetokens.cluster.LentLeases.Question;
import dev.servicetokens.cluster.LentLeases.Told;
import dev.servicetokens.cluster.NothingLentException;
import dev.servicetokens.cluster.UnavailableException;
import dev.servicetokens.generated.model.AppliedChange;
import dev.servicetokens.generated.model.VerificationLease;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.verification.TokenUseRepository.RecordedUse;
import dev.servicetokens.verification.TokenUses;
import dev.servicetokens.web.ClientAddresses;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.security.annotation.Secured;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lends leases to services that verify tokens in their own memory. A request that is held keeps no
 * thread. It does not implement the generated interface, see {@link VerificationsController}.
 * Thread-safe.
 */
@Controller("/api")
class VerificationLeasesController {

  private static final Pattern HOLDER = Pattern.compile("[A-Za-z0-9_-]{16,64}");
  private static final int MOST_SERVER_START = 100;

  private static final int MOST_USES = 500;
  private static final long MOST_COUNTED = 1_000_000;
  private static final long LONGEST_AGO_MILLIS = Duration.ofDays(1).toMillis();

  private final LentLeases lent;
  private final CurrentPrincipal current;
  private final TokenUses uses;
  private final Clock clock;

  VerificationLeasesController(
      LentLeases lent, CurrentPrincipal current, TokenUses uses, Clock clock) {
    this.lent = lent;
    this.current = current;
    this.uses = uses;
    this.clock = clock;
  }

  /**
   * Answers at once if there is something to tell, and after a moment otherwise. What else came is
   * taken only if the answer says so, because the service sends it again otherwise.
   */
  @Post("/verifications/lease")
  @Secured("verify-service-tokens")
  CompletionStage<VerificationLease> renewVerificationLease(@Body JsonNode body) {
    Question question = question(body);
    List<RecordedUse> used = uses(body.get("uses"));
    return lent.ask(question)
        .thenApply(
            answer -> {
              VerificationLease lease = lease(answer);
              uses.report(used);
              return lease;
            });
  }

  private Question question(JsonNode body) {
    if (!body.isObject()) {
      throw new InvalidInputException("The body must be a JSON object; /docs shows it.");
    }
    return new Question(
        current.get(),
        holder(body.get("holder")),
        number(body.get("sequence"), "sequence", 1),
        number(body.get("applied"), "applied", 0),
        changeId(body.get("changeId")),
        serverStart(body.get("serverStart")));
  }

  private static String holder(@Nullable JsonNode value) {
    String text = value == null || !value.isString() ? "" : value.getStringValue();
    if (!HOLDER.matcher(text).matches()) {
      throw new InvalidInputException(
          "The field 'holder' must be a random id of 16 to 64 letters, digits, '_' and '-'; make one at the start of each process.");
    }
    return text;
  }

  private static long number(@Nullable JsonNode value, String field, long least) {
    try {
      long number =
          value == null || !value.isNumber()
              ? -1
              : new BigDecimal(value.getNumberValue().toString()).longValueExact();
      if (number >= least) {
        return number;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // As one that is too small.
    }
    throw new InvalidInputException(
        "The field '%s' must be a whole number of 64 bits, and at least %d; correct it."
            .formatted(field, least));
  }

  private static @Nullable UUID changeId(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return null;
    }
    try {
      UUID id = UUID.fromString(value.isString() ? value.getStringValue() : "");
      if (id.toString().equalsIgnoreCase(value.getStringValue())) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      // As one that is written in another way.
    }
    throw new InvalidInputException(
        "The field 'changeId' must be the UUID that came with the change; send it, or leave it out.");
  }

  private static @Nullable String serverStart(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString() || value.getStringValue().length() > MOST_SERVER_START) {
      throw new InvalidInputException(
          "The field 'serverStart' must be the text that came with the change; send it, or leave it out.");
    }
    return value.getStringValue();
  }

  private List<RecordedUse> uses(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > MOST_USES) {
      throw new InvalidInputException(
          "The field 'uses' must be an array of at most %d objects; correct it."
              .formatted(MOST_USES));
    }
    List<RecordedUse> read = new ArrayList<>();
    for (JsonNode use : value.values()) {
      if (!use.isObject()) {
        throw new InvalidInputException("Each of 'uses' must be an object; correct it.");
      }
      read.add(use(use, clock.millis()));
    }
    return read;
  }

  /** What cannot be so is made what may be: a clock may be wrong, a count need not be exact. */
  private static RecordedUse use(JsonNode use, long now) {
    JsonNode address = use.get("address");
    JsonNode count = use.get("count");
    return new RecordedUse(
        number(use.get("id"), "id", 0),
        Math.clamp(number(use.get("at"), "at", 0), now - LONGEST_AGO_MILLIS, now),
        address == null || address.isNull() ? null : address(address),
        null,
        count == null || count.isNull() ? 1 : Math.min(number(count, "count", 1), MOST_COUNTED));
  }

  private static String address(JsonNode value) {
    return Optional.of(value)
        .filter(JsonNode::isString)
        .flatMap(text -> ClientAddresses.parse(text.getStringValue()))
        .map(InetAddress::getHostAddress)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "The field 'address' must be an IPv4 or IPv6 address, such as 192.0.2.7; correct it, or leave it out."));
  }

  private static VerificationLease lease(Answer answer) {
    return switch (answer) {
      case Answer.Lent lent ->
          new VerificationLease(
                  (int) lent.remainingMillis(),
                  lent.number(),
                  lent.serverStart(),
                  lent.empty(),
                  lent.changes().stream().map(VerificationLeasesController::change).toList())
              .changeId(lent.changeId());
      case Answer.Superseded() -> throw new HolderSupersededException();
      case Answer.NothingLent(long waitSeconds) ->
          throw waitSeconds == 0
              ? NothingLentException.tooManyHolders()
              : NothingLentException.because(waitSeconds);
      case Answer.NoLease() -> throw UnavailableException.withoutLease();
    };
  }

  private static AppliedChange change(Told told) {
    return new AppliedChange(told.number(), told.id()).key(told.key());
  }
}
