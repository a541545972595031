package dev.servicetokens.token.http;

import static dev.servicetokens.web.json.RequiredField.required;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.generated.model.CreateServiceTokenRequest;
import dev.servicetokens.generated.model.CreatedServiceToken;
import dev.servicetokens.generated.model.RolePolicy;
import dev.servicetokens.generated.model.ServiceToken;
import dev.servicetokens.generated.model.TokenRateLimit;
import dev.servicetokens.text.AddressBlock;
import dev.servicetokens.token.Creator;
import dev.servicetokens.token.IssuedToken;
import dev.servicetokens.token.LastUse;
import dev.servicetokens.token.NewServiceToken;
import dev.servicetokens.token.RateLimit;
import dev.servicetokens.token.TokenBounds;
import dev.servicetokens.token.TokenPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Maps service tokens between the wire and the domain. */
final class WireTokens {

  private WireTokens() {}

  static NewServiceToken toDomain(CreateServiceTokenRequest request) {
    @Nullable Long expiry = request.getExpiryDate();
    return new NewServiceToken(
            required("name", request.getName()),
            emptyToNull(request.getDescription()),
            required("roles", request.getRoles()).stream().map(WireTokens::role).toList(),
            expiry == null ? null : Instant.ofEpochMilli(expiry))
        .withDedicatedSubject(dedicatedSubject(request.getDedicatedSubject()))
        .withBounds(bounds(request));
  }

  private static TokenBounds bounds(CreateServiceTokenRequest request) {
    @Nullable List<String> blocks = request.getAllowedCidrs();
    @Nullable TokenRateLimit rate = request.getRateLimit();
    @Nullable Long uses = request.getMaximumUses();
    return new TokenBounds(
        true,
        blocks == null ? List.of() : TokenBounds.blocks(blocks),
        rate == null
            ? null
            : RateLimit.of(required("limit", rate.getLimit()), required("per", rate.getPer())),
        uses == null ? null : TokenBounds.maximumUses(uses));
  }

  static ServiceToken toWire(dev.servicetokens.token.ServiceToken token) {
    SubjectHandle dedicated = token.dedicatedSubject();
    Creator creator = token.creator();
    LastUse lastUse = token.lastUse();
    TokenBounds bounds = token.bounds();
    RateLimit rate = bounds.rateLimit();
    Long uses = bounds.maximumUses();
    return new ServiceToken(
            token.id().value(),
            token.updatedAt().toEpochMilli(),
            token.name(),
            handles(token.roles()))
        .description(token.description())
        .expiration(epochMilliseconds(token.expiresAt()))
        .dedicatedSubject(dedicated == null ? null : dedicated.value())
        .creationTimestamp(token.createdAt().toEpochMilli())
        .creatorId(creator == null ? null : creator.id().value())
        .creatorName(creator == null ? null : creator.name())
        .enabled(bounds.enabled())
        .allowedCidrs(
            bounds.allowedCidrs().isEmpty()
                ? null
                : bounds.allowedCidrs().stream().map(AddressBlock::toString).toList())
        .rateLimit(
            rate == null ? null : new TokenRateLimit((long) rate.limit(), rate.period().toString()))
        .maximumUses(uses)
        .remainingUses(uses == null ? null : Math.max(0, uses - token.countedUses()))
        .lastUsedTimestamp(lastUse == null ? null : lastUse.at().toEpochMilli())
        .lastUsedAddress(lastUse == null ? null : lastUse.address())
        .lastUsedApplication(lastUse == null ? null : lastUse.application())
        .useCount(lastUse == null ? null : lastUse.count());
  }

  static CreatedServiceToken toWire(IssuedToken issued) {
    return new MaskedCreatedServiceToken(
        issued.token().name(),
        issued.secret().reveal(),
        epochMilliseconds(issued.token().expiresAt()));
  }

  static dev.servicetokens.generated.model.TokenPolicy toWire(TokenPolicy policy) {
    return new dev.servicetokens.generated.model.TokenPolicy(
            policy.requireExpiration(),
            policy.maximumLifetimes().entrySet().stream()
                .map(role -> new RolePolicy(role.getKey(), iso8601(role.getValue())))
                .toList())
        .defaultLifetime(iso8601OrNull(policy.defaultLifetime()))
        .maximumLifetime(iso8601OrNull(policy.maximumLifetime()))
        .disableUnusedAfter(iso8601OrNull(policy.disableUnusedAfter()))
        .deleteDisabledAfter(iso8601OrNull(policy.deleteDisabledAfter()));
  }

  /** In days where they are whole: Java's own form has no unit above the hour. */
  private static String iso8601(Duration duration) {
    return duration.equals(Duration.ofDays(duration.toDays()))
        ? "P" + duration.toDays() + "D"
        : duration.toString();
  }

  private static @Nullable String iso8601OrNull(@Nullable Duration duration) {
    return duration == null ? null : iso8601(duration);
  }

  private static SubjectHandle role(@Nullable String handle) {
    return SubjectHandle.of(required("roles", handle));
  }

  private static @Nullable SubjectHandle dedicatedSubject(@Nullable String handle) {
    return handle == null || handle.isEmpty() ? null : SubjectHandle.of(handle);
  }

  private static @Nullable String emptyToNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  private static List<String> handles(List<SubjectHandle> roles) {
    return roles.stream().map(SubjectHandle::value).toList();
  }

  private static @Nullable Long epochMilliseconds(@Nullable Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }
}
