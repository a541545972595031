package dev.servicetokens.startup;

import io.micronaut.context.env.Environment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the passwords of database users that settings name files for, as systemd and other keepers
 * of secrets hand them out. Every process of a machine's user can see a variable; only who may read
 * the file can see this.
 */
public final class PasswordFiles {
  private static final String FILE = "-file";
  private static final List<String> PASSWORDS =
      List.of("datasources.default.password", "flyway.datasources.default.password");
  private static final int LARGEST = 4096;

  private PasswordFiles() {}

  /**
   * Adds what the files hold to the settings, without a line break at the end.
   *
   * @throws StartRefusal if one cannot be read or holds no password
   */
  public static void read(Environment environment) {
    Map<String, String> found = new HashMap<>();
    for (String password : PASSWORDS) {
      Optional<String> file = environment.getProperty(password + FILE, String.class);
      file.ifPresent(path -> found.put(password, read(password + FILE, path)));
    }
    if (!found.isEmpty()) {
      environment.addPropertySource(ConfigurationSources.passwordFiles(found));
    }
  }

  private static String read(String property, String file) {
    byte[] bytes = SettingFile.read(variable(property), file, LARGEST);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      String password = text.replaceFirst("\\r?\\n\\z", "");
      if (password.isEmpty() || password.chars().anyMatch(Character::isISOControl)) {
        throw refusal(property, "one line with a password");
      }
      return password;
    } catch (CharacterCodingException _) {
      throw refusal(property, "UTF-8");
    }
  }

  private static StartRefusal refusal(String property, String needed) {
    return new StartRefusal(
        "%s names a file that is not %s: check what it names"
            .formatted(variable(property), needed));
  }

  private static String variable(String property) {
    return property.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
  }
}
