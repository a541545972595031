package dev.servicetokens.verification.http;

import dev.servicetokens.access.Principal;
import dev.servicetokens.generated.model.TokenReview;
import dev.servicetokens.generated.model.TokenReviewKind;
import dev.servicetokens.generated.model.TokenReviewStatus;
import dev.servicetokens.generated.model.TokenReviewUser;
import dev.servicetokens.generated.model.TokenReviewVersion;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.token.TokenString;
import dev.servicetokens.verification.LiveToken;
import dev.servicetokens.verification.Purpose;
import dev.servicetokens.verification.RateLimitedException;
import dev.servicetokens.verification.TokenVerifier;
import dev.servicetokens.verification.Verification;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.security.annotation.Secured;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells the API server of Kubernetes whose a bearer token is, as its webhook for token
 * authentication asks it: a TokenReview, answered in the version in which it came. Fields that we
 * do not need are not looked at, because API servers send more of them with each release.
 *
 * <p>Every name of ours has a prefix: whoever may create tokens and subjects chooses names, and one
 * without it could be {@code system:masters}. It does not implement the generated interface, see
 * {@link VerificationsController}. Thread-safe.
 */
@Controller("/api")
class TokenReviewController {

  private static final String PREFIX = "service-token:";
  private static final String EXTRA_ID = "servicetokens.dev/id";
  private static final String EXTRA_NAME = "servicetokens.dev/name";

  private final TokenVerifier verifier;

  TokenReviewController(TokenVerifier verifier) {
    this.verifier = verifier;
  }

  /** Answers at once if memory tells; a token that nobody can tell of now is never a no. */
  @Post("/kubernetes/token-review")
  @Secured("verify-service-tokens")
  CompletionStage<TokenReview> reviewToken(@Body JsonNode body) {
    Question question = Question.of(body);
    return switch (verifier.verify(question.token(), null, Purpose.CHECK)) {
      case Verification.Later(var outcome) -> outcome.thenApply(question::answer);
      case Verification.Outcome outcome ->
          CompletableFuture.completedFuture(question.answer(outcome));
    };
  }

  /**
   * What an API server asks.
   *
   * @param version the version of the answer, too
   * @param token what its caller has sent
   * @param audiences for whom the token must be good, which a service token is for all; null if it
   *     does not matter
   */
  private record Question(
      TokenReviewVersion version, TokenString token, @Nullable List<String> audiences) {

    /**
     * Reads it.
     *
     * @throws InvalidInputException if it is none, or of another version
     */
    static Question of(JsonNode body) {
      JsonNode review = body.isObject() ? body : JsonNode.createObjectNode(Map.of());
      Optional<TokenReviewVersion> version =
          Stream.of(TokenReviewVersion.values())
              .filter(known -> isText(review.get("apiVersion"), known.getValue()))
              .findFirst();
      if (version.isEmpty()
          || !isText(review.get("kind"), TokenReviewKind.TOKEN_REVIEW.getValue())) {
        throw new InvalidInputException(
            "The body must be a TokenReview of authentication.k8s.io/v1 or v1beta1, and say so in 'kind' and 'apiVersion'; see --authentication-token-webhook-version.");
      }
      JsonNode spec = review.get("spec");
      if (spec == null || !spec.isObject()) {
        throw new InvalidInputException("The field 'spec' must be an object with 'token'.");
      }
      return new Question(
          version.get(),
          BodyTokens.token(spec.get("token"), "'spec.token'"),
          audiences(spec.get("audiences")));
    }

    private static boolean isText(@Nullable JsonNode value, String text) {
      return value != null && value.isString() && value.getStringValue().equals(text);
    }

    private static @Nullable List<String> audiences(@Nullable JsonNode value) {
      if (value == null || value.isNull()) {
        return null;
      }
      if (!value.isArray()) {
        throw notAudiences();
      }
      List<String> audiences = new ArrayList<>();
      for (JsonNode audience : value.values()) {
        if (!audience.isString()) {
          throw notAudiences();
        }
        audiences.add(audience.getStringValue());
      }
      return audiences;
    }

    private static InvalidInputException notAudiences() {
      return new InvalidInputException("'spec.audiences' must be an array of strings; correct it.");
    }

    TokenReview answer(Verification.Outcome outcome) {
      return new TokenReview(
          version,
          TokenReviewKind.TOKEN_REVIEW,
          switch (outcome) {
            case LiveToken token ->
                new TokenReviewStatus(true).user(user(token)).audiences(audiences);
            case Verification.Limited limited -> throw new RateLimitedException(limited.exceeded());
            case Verification.NotLive _ -> new TokenReviewStatus(false);
            case Verification.Unavailable(var cause) -> throw cause;
          });
    }

    private static TokenReviewUser user(LiveToken token) {
      Principal principal = token.principal();
      String id = Long.toString(principal.tokenId());
      return new TokenReviewUser(
          PREFIX + id,
          id,
          token.shownRoles().stream().map(role -> PREFIX + role).toList(),
          Map.of(EXTRA_ID, List.of(id), EXTRA_NAME, List.of(principal.name())));
    }
  }
}
