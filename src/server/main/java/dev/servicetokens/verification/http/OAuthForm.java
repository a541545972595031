package dev.servicetokens.verification.http;

import dev.servicetokens.text.InvalidInputException;
import dev.servicetokens.token.TokenString;
import dev.servicetokens.web.ClientAddresses;
import io.micronaut.http.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The form of an introspection (RFC 7662, section 2.1) or a revocation (RFC 7009, section 2.1), in
 * the format of the URL Standard, section 5.1. What has no value counts as left out, and fields
 * that are not named here are ignored (RFC 6749, section 3.1). Immutable; {@link #toString} tells
 * nothing.
 */
final class OAuthForm {

  private static final String TOKEN = "token";
  private static final String CLIENT_SECRET = "client_secret";
  private static final String ADDRESS = "address";
  private static final String FORCE = "force";
  private static final Set<String> READ = Set.of(TOKEN, CLIENT_SECRET, ADDRESS, FORCE);

  /** A name that is longer, with each sign percent-encoded, is none of those. */
  private static final int LONGEST_NAME = 3 * CLIENT_SECRET.length();

  private final Map<String, List<String>> fields;

  private OAuthForm(Map<String, List<String>> fields) {
    this.fields = fields;
  }

  /**
   * Reads a form.
   *
   * @throws InvalidInputException if it is not percent-encoded UTF-8
   */
  static OAuthForm of(byte[] body) {
    return new OAuthForm(read(body));
  }

  /**
   * Returns if none of the fields stands in the request's URL. Asked before anything else, whatever
   * comes as body: only who sends it so can end that.
   *
   * @throws InvalidInputException otherwise
   */
  static void requireNoneInUrl(HttpRequest<?> request) {
    String query = request.getUri().getRawQuery();
    if (query != null && !read(query.getBytes(StandardCharsets.ISO_8859_1)).isEmpty()) {
      throw new InvalidInputException(
          "The URL has a field of the form, and URLs are logged in many places; send it in the body, and delete that token if somebody may have seen it.");
    }
  }

  private static Map<String, List<String>> read(byte[] body) {
    Map<String, List<String>> fields = new HashMap<>();
    int begin = 0;
    while (begin < body.length) {
      int end = indexOf('&', body, begin, body.length);
      int equals = indexOf('=', body, begin, end);
      if (equals - begin <= LONGEST_NAME) {
        String name = decoded(body, begin, equals);
        if (READ.contains(name)) {
          fields
              .computeIfAbsent(name, n -> new ArrayList<>())
              .add(decoded(body, Math.min(equals + 1, end), end));
        }
      }
      begin = end + 1;
    }
    return fields;
  }

  /** Where the sign stands first; the end if it does not. */
  private static int indexOf(char sign, byte[] body, int begin, int end) {
    int i = begin;
    while (i < end && body[i] != sign) {
      i++;
    }
    return i;
  }

  private static String decoded(byte[] body, int begin, int end) {
    if (isPlain(body, begin, end)) {
      return new String(body, begin, end - begin, StandardCharsets.US_ASCII);
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream(end - begin);
    for (int i = begin; i < end; i++) {
      if (body[i] == '%') {
        octets.write(octet(body, i, end));
        i += 2;
      } else {
        octets.write(body[i] == '+' ? ' ' : body[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw notAForm();
    }
  }

  /** Whether nothing is encoded there, as in every token string of our making. */
  private static boolean isPlain(byte[] body, int begin, int end) {
    for (int i = begin; i < end; i++) {
      if (body[i] < 0 || body[i] == '%' || body[i] == '+') {
        return false;
      }
    }
    return true;
  }

  private static int octet(byte[] body, int percent, int end) {
    int high = percent + 2 < end ? Character.digit(body[percent + 1], 16) : -1;
    int low = percent + 2 < end ? Character.digit(body[percent + 2], 16) : -1;
    if (high < 0 || low < 0) {
      throw notAForm();
    }
    return high * 16 + low;
  }

  private static InvalidInputException notAForm() {
    return new InvalidInputException(
        "The form is not percent-encoded UTF-8; encode the values as application/x-www-form-urlencoded has it.");
  }

  /**
   * The token string that is asked about.
   *
   * @throws InvalidInputException unless there is exactly one
   */
  TokenString token() {
    @Nullable String token = single(TOKEN);
    if (token == null) {
      throw new InvalidInputException("The form lacks 'token'; give the token string there.");
    }
    return TokenString.of(token);
  }

  /** The secrets by which the caller says who it is, often none. */
  List<TokenString> clientSecrets() {
    return fields.getOrDefault(CLIENT_SECRET, List.of()).stream()
        .filter(secret -> !secret.isEmpty())
        .map(TokenString::of)
        .toList();
  }

  /**
   * The address that the token came from.
   *
   * @return null if the form does not say
   * @throws InvalidInputException if it is none, or there are several
   */
  @Nullable InetAddress address() {
    @Nullable String address = single(ADDRESS);
    return address == null
        ? null
        : ClientAddresses.parse(address)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "'address' is an IPv4 or IPv6 address without a port; correct it, or leave it out."));
  }

  /**
   * Whether the last administrator may go, too.
   *
   * @throws InvalidInputException if that is neither {@code true} nor {@code false}
   */
  boolean force() {
    return switch (Objects.requireNonNullElse(single(FORCE), "false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new InvalidInputException("'force' must be true or false; correct it.");
    };
  }

  private @Nullable String single(String name) {
    List<String> values = fields.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw new InvalidInputException("'%s' is given twice; give it once.".formatted(name));
    }
    return values.isEmpty() || values.getFirst().isEmpty() ? null : values.getFirst();
  }

  @Override
  public String toString() {
    return "OAuthForm[…]";
  }
}
