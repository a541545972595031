package dev.servicetokens.token.http;

import dev.servicetokens.access.CurrentPrincipal;
import dev.servicetokens.generated.api.RotationApi;
import dev.servicetokens.generated.model.RotateServiceTokenRequest;
import dev.servicetokens.generated.model.RotatedServiceToken;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.token.RotatedToken;
import dev.servicetokens.token.Rotations;
import dev.servicetokens.token.Rotations.Wanted;
import dev.servicetokens.token.TokenId;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Gives service tokens other token strings. */
@Controller("/api")
@ExecuteOn(TaskExecutors.BLOCKING)
class RotationsController implements RotationApi {

  private static final String FIRST_USE = "first-use";
  private static final String TIME = "time";

  private final Rotations rotations;
  private final CurrentPrincipal caller;

  RotationsController(Rotations rotations, CurrentPrincipal caller) {
    this.rotations = rotations;
    this.caller = caller;
  }

  @Override
  @Secured("create-service-tokens")
  public HttpResponse<RotatedServiceToken> rotateServiceToken(
      Long id, RotateServiceTokenRequest request) {
    return HttpResponse.ok(
        new Masked(rotations.rotate(caller.get(), new TokenId(id), wanted(request))));
  }

  @Override
  @Secured("rotate-own-service-token")
  public HttpResponse<RotatedServiceToken> rotateOwnServiceToken(
      RotateServiceTokenRequest request) {
    return HttpResponse.ok(new Masked(rotations.rotateOwn(caller.get(), wanted(request))));
  }

  private static Wanted wanted(RotateServiceTokenRequest request) {
    Long expiry = request.getExpiryDate();
    return new Wanted(
        overlap(request.getOverlap()),
        isUntilFirstUse(request.getUntil()),
        expiry == null ? null : Instant.ofEpochMilli(expiry),
        request.getIdempotencyKey());
  }

  private static Duration overlap(@Nullable String text) {
    if (text == null) {
      return Wanted.DEFAULT_OVERLAP;
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw new InvalidInputException(
          "'overlap' is a duration of ISO 8601, PT24H or P7D for example, or PT0S for none; correct it.");
    }
  }

  private static boolean isUntilFirstUse(@Nullable String until) {
    if (until != null && !until.equals(TIME) && !until.equals(FIRST_USE)) {
      throw new InvalidInputException("'until' is 'time' or 'first-use'; correct it.");
    }
    return FIRST_USE.equals(until);
  }

  /**
   * The generated answer, but for its {@code toString}: the generated one has the secret in it, and
   * the framework logs response bodies at TRACE.
   */
  @Serdeable
  static final class Masked extends RotatedServiceToken {

    Masked(RotatedToken rotated) {
      super(rotated.id().value(), rotated.name(), rotated.secret().reveal());
      setExpiration(millis(rotated.expiresAt()));
      setOverlapEnds(millis(rotated.overlapEnds()));
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
      return instant == null ? null : instant.toEpochMilli();
    }

    @Override
    public String toString() {
      return "RotatedServiceToken(id: " + getId() + ", token: svctok-…)";
    }
  }
}
