package dev.servicetokens.token;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.text.AddressBlock;
import dev.servicetokens.text.InvalidInputException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to change of a service token. A component that is null leaves what it names as it is; where
 * a token may be without something, {@link Value} holds what it shall be, or nothing. Immutable.
 *
 * @param name another name
 * @param description another description, or none
 * @param roles all roles that it shall have
 * @param expiresAt another end, or none
 * @param enabled whether it shall be accepted at all
 * @param allowedCidrs all blocks of addresses from which it may be used; empty for any address
 * @param rateLimit how often it may be used, or as often as it comes
 * @param maximumUses how many times in all, or without an end
 */
public record TokenUpdate(
    @Nullable String name,
    @Nullable Value<String> description,
    @Nullable List<SubjectHandle> roles,
    @Nullable Value<Instant> expiresAt,
    @Nullable Boolean enabled,
    @Nullable List<AddressBlock> allowedCidrs,
    @Nullable Value<RateLimit> rateLimit,
    @Nullable Value<Long> maximumUses) {

  /**
   * What something shall be.
   *
   * @param to null: nothing
   */
  public record Value<T>(@Nullable T to) {

    private static <T> @Nullable T or(@Nullable Value<T> value, @Nullable T before) {
      return value == null ? before : value.to();
    }
  }

  /**
   * @throws InvalidInputException if nothing is to be changed
   */
  public TokenUpdate {
    roles = roles == null ? null : List.copyOf(roles);
    allowedCidrs = allowedCidrs == null ? null : List.copyOf(allowedCidrs);
    if (enabled == null
        && isNull(name, description, roles, expiresAt, allowedCidrs, rateLimit, maximumUses)) {
      throw new InvalidInputException(
          "Nothing is to be changed; give at least one field, 'enabled' for example.");
    }
  }

  /** That disables a token and does nothing else. */
  public static TokenUpdate disabling() {
    return new TokenUpdate(null, null, null, null, false, null, null, null);
  }

  /** Whether it disables the token, among others or alone. */
  boolean disables() {
    return Boolean.FALSE.equals(enabled);
  }

  /** Whether it does anything else than disabling the token. */
  boolean doesMoreThanDisable() {
    return Boolean.TRUE.equals(enabled)
        || !isNull(name, description, roles, expiresAt, allowedCidrs, rateLimit, maximumUses);
  }

  /** Whether it gives the token a bound, which a node must know to keep it. */
  boolean bounds() {
    return disables()
        || (allowedCidrs != null && !allowedCidrs.isEmpty())
        || Value.or(rateLimit, null) != null
        || Value.or(maximumUses, null) != null;
  }

  private static boolean isNull(@Nullable Object... values) {
    for (@Nullable Object value : values) {
      if (value != null) {
        return false;
      }
    }
    return true;
  }

  /**
   * What a token is wanted to be after it.
   *
   * @throws InvalidInputException if it must not be so
   */
  NewServiceToken of(ServiceToken token) {
    TokenBounds bounds = token.bounds();
    return new NewServiceToken(
        Objects.requireNonNullElse(name, token.name()),
        Value.or(description, token.description()),
        Objects.requireNonNullElse(roles, token.roles()),
        Value.or(expiresAt, token.expiresAt()),
        token.dedicatedSubject(),
        new TokenBounds(
            Objects.requireNonNullElse(enabled, bounds.enabled()),
            Objects.requireNonNullElse(allowedCidrs, bounds.allowedCidrs()),
            Value.or(rateLimit, bounds.rateLimit()),
            Value.or(maximumUses, bounds.maximumUses())));
  }
}
