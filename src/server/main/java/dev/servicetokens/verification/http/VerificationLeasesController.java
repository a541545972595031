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
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.security.annotation.Secured;
import java.math.BigDecimal;
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

  private final LentLeases lent;
  private final CurrentPrincipal current;

  VerificationLeasesController(LentLeases lent, CurrentPrincipal current) {
    this.lent = lent;
    this.current = current;
  }

  /** Answers at once if there is something to tell, and after a moment otherwise. */
  @Post("/verifications/lease")
  @Secured("verify-service-tokens")
  CompletionStage<VerificationLease> renewVerificationLease(@Body JsonNode body) {
    return lent.ask(question(body)).thenApply(VerificationLeasesController::lease);
  }

  private Question question(JsonNode body) {
    if (!body.isObject()) {
      throw new InvalidInputException("The body must be a JSON object; /docs shows it.");
    }
    return new Question(
        current.get().tokenId(),
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
      case Answer.TooManyHolders() -> throw NothingLentException.tooManyHolders();
      case Answer.NoLease() -> throw UnavailableException.withoutLease();
    };
  }

  private static AppliedChange change(Told told) {
    return new AppliedChange(told.number(), told.id()).key(told.key());
  }
}
