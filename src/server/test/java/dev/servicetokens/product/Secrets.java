package dev.servicetokens.product;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Token strings, and every form in which somebody may have written them or their digests down. */
final class Secrets {

  private final List<String> forms;

  Secrets(List<String> tokens) {
    forms = tokens.stream().flatMap(Secrets::formsOf).toList();
  }

  /** The forms that stand in a text; bytes are given as ISO-8859-1. */
  List<String> in(String text) {
    return forms.stream().filter(text::contains).toList();
  }

  /** The file's forms, each with the file's name; none if it has gone meanwhile. */
  List<String> in(Path file) {
    try {
      return in(Files.readString(file, ISO_8859_1)).stream()
          .map(form -> file + ": " + form)
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> formsOf(String token) {
    byte[] digest = sha256(token);
    HexFormat hex = HexFormat.of();
    String hexDigest = hex.formatHex(digest);
    return Stream.of(
        token,
        hex.formatHex(token.getBytes(ISO_8859_1)),
        Base64.getEncoder().withoutPadding().encodeToString(token.getBytes(ISO_8859_1)),
        hexDigest,
        hexDigest.toUpperCase(Locale.ROOT),
        Base64.getEncoder().encodeToString(digest));
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(ISO_8859_1));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
