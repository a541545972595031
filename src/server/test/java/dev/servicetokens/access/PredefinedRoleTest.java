package dev.servicetokens.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The documented table of roles is the one that the code has. */
final class PredefinedRoleTest {

  @ParameterizedTest
  @EnumSource
  void hasThePermissionsOfTheTable(PredefinedRole role) throws Exception {
    List<String> rows = Files.readAllLines(Path.of("test/resources/roles.csv"), UTF_8);
    int column = Arrays.asList(rows.get(0).split(",")).indexOf(role.handle().value());
    Set<String> expected =
        rows.stream()
            .skip(1)
            .map(row -> row.split(",", -1))
            .filter(cells -> cells[column].equals("x"))
            .map(cells -> cells[0])
            .collect(Collectors.toSet());

    assertThat(
            role.permissions().stream().map(Permission::permissionName).collect(Collectors.toSet()))
        .isEqualTo(expected);
  }
}
