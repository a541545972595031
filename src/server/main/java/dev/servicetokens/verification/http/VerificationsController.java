package dev.servicetokens.verification.http;

import dev.servicetokens.access.Principal;
import dev.servicetokens.cluster.Change;
import dev.servicetokens.cluster.CoherentPrincipals;
import dev.servicetokens.cluster.CoherentPrincipals.KnownChange;
import dev.servicetokens.generated.model.TokenVerification;
import dev.servicetokens.generated.model.Verifications;
import dev.servicetokens.text.AddressBlock;
import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.token.TokenString;
import dev.servicetokens.verification.LiveToken;
import dev.servicetokens.verification.Purpose;
import dev.servicetokens.verification.TokenVerifier;
import dev.servicetokens.verification.Verification;
import dev.servicetokens.web.ClientAddresses;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.security.annotation.Secured;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the tokens of another service's callers, several at once. It does not implement the
 * generated interface, whose methods give their answer at once: what is in memory is answered on
 * the event loop, and what is not must not keep it. Thread-safe.
 */
@Controller("/api")
class VerificationsController {

  private static final String TOKENS = "tokens";
  private static final String CHANGE_KEYS = "changeKeys";
  private static final String TOKEN = "token";
  private static final String ADDRESS = "address";
  private static final int MOST_TOKENS = 100;

  /** A token may have thousands of permissions, and a hundred such ones would fill the memory. */
  private static final int MOST_PERMISSIONS = 50_000;

  private final TokenVerifier verifier;
  private final CoherentPrincipals principals;

  VerificationsController(TokenVerifier verifier, CoherentPrincipals principals) {
    this.verifier = verifier;
    this.principals = principals;
  }

  /**
   * Verifies the tokens in their order. If one cannot be told, none is: who asked would take it for
   * one that is not live.
   */
  @Post("/verifications")
  @Secured("verify-service-tokens")
  CompletionStage<Verifications> verifyTokens(@Body JsonNode body) {
    List<Presented> presented = presented(body);
    Optional<KnownChange> known = principals.knownChange(); // Before anything is looked up.
    return new Batch(presented, isTrue(body.get(CHANGE_KEYS)))
        .results()
        .thenApply(
            results ->
                new Verifications(results)
                    .changeNumber(known.map(KnownChange::number).orElse(null))
                    .serverStart(known.map(KnownChange::serverStart).orElse(null)));
  }

  /**
   * A token string whose caller's address the asking service may have told.
   *
   * @param address null if it has not: none is guessed
   */
  private record Presented(TokenString token, @Nullable InetAddress address) {}

  private static List<Presented> presented(JsonNode body) {
    JsonNode tokens = body.isObject() ? body.get(TOKENS) : null;
    if (tokens == null || !tokens.isArray()) {
      throw new InvalidInputException(
          "The field 'tokens' must be an array of 1 to 100 token strings, or of objects with 'token' and 'address'; correct it.");
    }
    for (Map.Entry<String, JsonNode> field : body.entries()) {
      if (!field.getKey().equals(TOKENS) && !field.getKey().equals(CHANGE_KEYS)) {
        throw new InvalidInputException(
            "Only the fields 'tokens' and 'changeKeys' are known here; remove the others.");
      }
    }
    if (tokens.size() == 0 || tokens.size() > MOST_TOKENS) {
      throw new InvalidInputException(
          "'tokens' has %d items; send 1 to %d.".formatted(tokens.size(), MOST_TOKENS));
    }
    return IntStream.range(0, tokens.size())
        .mapToObj(i -> presented(tokens.get(i), "Item %d of 'tokens'".formatted(i + 1)))
        .toList();
  }

  private static boolean isTrue(@Nullable JsonNode value) {
    if (value != null && !value.isBoolean()) {
      throw new InvalidInputException("The field 'changeKeys' must be true or false; correct it.");
    }
    return value != null && value.getBooleanValue();
  }

  private static Presented presented(@Nullable JsonNode item, String place) {
    if (item == null || !item.isObject()) {
      return new Presented(BodyTokens.token(item, place), null);
    }
    for (Map.Entry<String, JsonNode> field : item.entries()) {
      if (!field.getKey().equals(TOKEN) && !field.getKey().equals(ADDRESS)) {
        throw new InvalidInputException(
            "%s may have the fields 'token' and 'address' only; remove the others."
                .formatted(place));
      }
    }
    return new Presented(
        BodyTokens.token(item.get(TOKEN), place + ": 'token'"), address(item.get(ADDRESS), place));
  }

  private static @Nullable InetAddress address(@Nullable JsonNode value, String place) {
    if (value == null || value.isNull()) {
      return null;
    }
    return Optional.of(value)
        .filter(JsonNode::isString)
        .flatMap(text -> ClientAddresses.parse(text.getStringValue()))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s: 'address' must be an IPv4 or IPv6 address, such as 192.0.2.7; correct it, or leave it out."
                        .formatted(place)));
  }

  /**
   * The tokens of one request. They are verified one after the other, so that however many are not
   * in memory, they take one query at a time from everybody else. For one thread at a time.
   */
  private final class Batch {

    private final List<Presented> presented;
    private final boolean changeKeys;
    private final List<Verification.Outcome> outcomes = new ArrayList<>();
    private int permissions;

    Batch(List<Presented> presented, boolean changeKeys) {
      this.presented = presented;
      this.changeKeys = changeKeys;
    }

    /** What is to be answered; of tokens with pending secrets, when every node knows it. */
    CompletionStage<List<TokenVerification>> results() {
      return goOn(0)
          .thenCompose(
              all -> {
                List<LiveToken> pending =
                    all.stream()
                        .filter(LiveToken.class::isInstance)
                        .map(LiveToken.class::cast)
                        .filter(token -> token.secret().pending())
                        .toList();
                return pending.isEmpty()
                    ? CompletableFuture.completedStage(Set.<Long>of())
                    : verifier.acceptPending(pending);
              })
          .thenApply(accepted -> outcomes.stream().map(one -> result(one, accepted)).toList());
    }

    private CompletionStage<List<Verification.Outcome>> goOn(int first) {
      for (int i = first; i < presented.size(); i++) {
        Presented next = presented.get(i);
        switch (verifier.verify(next.token(), next.address(), Purpose.ITEM)) {
          case Verification.Later(var outcome) -> {
            int following = i + 1;
            return outcome.thenCompose(
                found -> {
                  add(found);
                  return goOn(following);
                });
          }
          case Verification.Outcome outcome -> add(outcome);
        }
      }
      return CompletableFuture.completedFuture(outcomes);
    }

    private void add(Verification.Outcome outcome) {
      if (outcome instanceof Verification.Unavailable(var cause)) {
        throw cause;
      }
      outcomes.add(outcome);
    }

    private TokenVerification result(Verification.Outcome outcome, Set<Long> accepted) {
      return switch (outcome) {
        case LiveToken token
            when token.secret().pending() && !accepted.contains(token.secret().id()) ->
            new TokenVerification(false);
        case LiveToken token -> live(token);
        case Verification.Limited(var _, var exceeded) ->
            new TokenVerification(false)
                .keep(false)
                .limited(true)
                .retryAfterSeconds(exceeded.retryAfterSeconds());
        case Verification.OutsideAddresses _ -> new TokenVerification(false).keep(false);
        case Verification.NotLive _ -> new TokenVerification(false);
        case Verification.Unavailable(var cause) -> throw cause;
      };
    }

    private TokenVerification live(LiveToken token) {
      Principal principal = token.principal();
      Instant end = principal.expiresAt();
      Map<String, List<String>> byResource = principal.permissions().namesByResource();
      permissions += byResource.values().stream().mapToInt(List::size).sum();
      if (permissions > MOST_PERMISSIONS && presented.size() > 1) {
        throw new InvalidInputException(
            "These tokens have more than %d permissions together; send fewer tokens at once."
                .formatted(MOST_PERMISSIONS));
      }
      return new TokenVerification(true)
          .id(principal.tokenId())
          .name(principal.name())
          .roles(token.shownRoles())
          .permissions(byResource)
          .expiration(end == null ? null : end.toEpochMilli())
          .changeKeys(changeKeys ? Change.keysOf(principal) : null)
          .keep(token.mayBeLent() ? null : false)
          .allowedCidrs(
              token.bounds().allowedCidrs().isEmpty()
                  ? null
                  : token.bounds().allowedCidrs().stream().map(AddressBlock::toString).toList());
    }
  }
}
