package dev.servicetokens.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.FakeServer;
import dev.servicetokens.cli.fixtures.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An empty value is a variable that was never set: {@code --expiration "$UNSET"} once made a token
 * without an end. What holds for every value of every command holds for those to come.
 */
class EmptyValueTest {

  @TempDir Path home;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void startServer() {
    server = FakeServer.start();
    shell = new Shell(home).at(server);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  static Stream<Arguments> everyValue() {
    return leaves(CommandTree.parser(new CommandTree.RootCommand(), new String[0]).getCommandSpec())
        .flatMap(
            command ->
                Stream.concat(
                        command.options().stream().flatMap(EmptyValueTest::names),
                        command.positionalParameters().stream().map(ArgSpec::paramLabel))
                    .map(name -> Arguments.of(command.qualifiedName(), name)));
  }

  private static Stream<CommandSpec> leaves(CommandSpec command) {
    return command.subcommands().isEmpty()
        ? Stream.of(command)
        : command.subcommands().values().stream().flatMap(sub -> leaves(sub.getCommandSpec()));
  }

  private static Stream<String> names(OptionSpec option) {
    return option.arity().max() == 0 || option.longestName().equals("--dedicatedSubject")
        ? Stream.empty()
        : Stream.of(option.names());
  }

  @ParameterizedTest
  @MethodSource("everyValue")
  void isRefused(String command, String name) {
    for (String blank : List.of("", " ", "\t")) {
      assertRefused(command, name, name.startsWith("-") ? List.of(name, blank) : List.of(blank));
      if (name.startsWith("--")) {
        assertRefused(command, name, List.of(name + "=" + blank));
        assertRefused(command, name, List.of(name + "=" + blank, "--help"));
      }
    }
    assertThat(server.asked()).isEmpty();
    assertThat(shell.configFile()).doesNotExist();
  }

  private void assertRefused(String command, String name, List<String> words) {
    List<String> line = new ArrayList<>(List.of(command.split(" ")));
    line.removeFirst();
    line.addAll(words);
    var result = shell.sts(line.toArray(String[]::new));
    assertThat(result.exitCode()).as("%s", line).isEqualTo(3);
    assertThat(result.complaint())
        .as("%s", line)
        .matches("(?s)❌ the value of \\S+ is empty; give one, or leave it out\n.*")
        .contains(name.startsWith("--") || !name.startsWith("-") ? name + " is empty" : "--");
  }
}
