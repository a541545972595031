package dev.servicetokens.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.server.exceptions.ServerStartupException;
import java.net.BindException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartFailureTest {
  @TempDir Path folder;

  @Test
  void showsARefusalAsItIs() {
    assertThat(line(new IllegalStateException("outer", new StartRefusal("Do this"))))
        .isEqualTo("Do this");
  }

  @Test
  void namesAPortInUse() {
    assertThat(line(notListening("127.0.0.1:8080", new BindException("Address already in use"))))
        .contains("Port 8080 of 127.0.0.1 is in use")
        .contains("MICRONAUT_SERVER_PORT");
  }

  @Test
  void namesAPortThatNeedsMoreRights() {
    assertThat(line(notListening("127.0.0.1:80", new SocketException("Permission denied"))))
        .contains("Port 80 needs more rights");
  }

  @Test
  void namesAnAddressThatIsNotOurs() {
    BindException elsewhere = new BindException("Cannot assign requested address");
    assertThat(line(notListening("10.0.0.9:8080", elsewhere)))
        .contains("10.0.0.9")
        .contains("MICRONAUT_SERVER_HOST");
    assertThat(line(notListening("nowhere:8080", new UnknownHostException("nowhere"))))
        .contains("The address nowhere is none of this machine");
  }

  @Test
  void namesThePropertyOfAWrongValueButNotTheValue() {
    String message =
        "Failed to inject value\n\nMessage: Error resolving property value [service-tokens.bootstrap.ttl]."
            + " Unable to convert value [hunter2] to target type [Duration] due to: Text cannot be parsed";
    assertThat(line(new IllegalStateException(message)))
        .contains("SERVICE_TOKENS_BOOTSTRAP_TTL (service-tokens.bootstrap.ttl)")
        .contains("a duration such as 24h")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource({
    "08001, cannot be reached",
    "28P01, DATASOURCES_DEFAULT_PASSWORD",
    "3D000, has no database of this name",
    "42501, grant it CREATE",
    "53300, has no connection left",
    "57P03, is not ready",
  })
  void saysWhatADatabaseRefuses(String state, String reason) {
    SQLException refused = new SQLException("jdbc:postgresql://h/d?password=hunter2", state);
    assertThat(line(new IllegalStateException(refused))).contains(reason).doesNotContain("hunter2");
  }

  @Test
  void masksThePasswordInWhatADriverSays() {
    assertThat(
            line(new SQLException("No: jdbc:postgresql://u:hunter2@h/d?password=hunter2", "XX000")))
        .contains("refused to work")
        .doesNotContain("hunter2");
  }

  @Test
  void recognisesAUrlOfAnotherKind() {
    String message = "Driver x claims to not accept jdbcUrl, jdbc:mysql://h/d?password=hunter2";
    assertThat(line(new IllegalStateException(message)))
        .contains("DATASOURCES_DEFAULT_URL must look like jdbc:postgresql://")
        .doesNotContain("hunter2");
  }

  @Test
  void keepsTheUnexpectedShortAndSaysSo() {
    StartFailure failure =
        StartFailure.of(new IllegalStateException("outer", new ClassCastException("a\nb")));
    assertThat(failure.expected()).isFalse();
    assertThat(failure.line()).contains("ClassCastException: a").doesNotContain("\n");
  }

  @Test
  void keepsTheTraceForItsOwnerWithoutPasswords() throws Exception {
    Path file =
        StartFailure.writeTrace(
                folder, new IllegalStateException("jdbc:x://h/d?password=hunter2&a=b"))
            .orElseThrow();
    assertThat(Files.readString(file))
        .contains("IllegalStateException")
        .contains("password=***&a=b")
        .contains("\tat ")
        .doesNotContain("hunter2");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void writesNoTraceWhereItCannot() {
    assertThat(StartFailure.writeTrace(folder.resolve("missing"), new IllegalStateException()))
        .isEmpty();
  }

  private static String line(Throwable failure) {
    StartFailure found = StartFailure.of(failure);
    assertThat(found.expected()).isTrue();
    assertThat(found.line()).doesNotContain("\n");
    return found.line();
  }

  private static ServerStartupException notListening(String address, Exception cause) {
    return new ServerStartupException("Unable to start Micronaut server on " + address, cause);
  }
}
