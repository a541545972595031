package dev.servicetokens.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.fixtures.TestDatabase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A migration only adds. The node that starts with a new release migrates while nodes of the
 * release before still read and write, and whoever goes back starts one of these again.
 */
final class AddingMigrationsTest {

  /** What an older node relies on: each of these must still be so after the next migration. */
  private static final String RELIED_UPON =
      """
      SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type
      FROM information_schema.columns
      WHERE table_schema = 'public'
      UNION ALL
      SELECT 'may be left out ' || table_name || '.' || column_name
      FROM information_schema.columns
      WHERE table_schema = 'public'
        AND (is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES')
      UNION ALL
      SELECT 'may be null ' || table_name || '.' || column_name
      FROM information_schema.columns
      WHERE table_schema = 'public'
        AND is_nullable = 'YES'
      UNION ALL
      SELECT 'function ' || oid::regprocedure || ' ' || prorettype::regtype
      FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace
      UNION ALL
      SELECT 'key ' || conname
      FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
        AND contype IN ('p', 'u')
      """;

  private static final String TABLES =
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";

  /** Conditions, each with the columns that it is about. */
  private static final String CONDITIONS =
      """
      SELECT conrelid::regclass || ' ' || conname || ' ' || (
          SELECT string_agg(attname, ' ' ORDER BY attnum)
          FROM pg_attribute
          WHERE attrelid = conrelid
            AND attnum = ANY (conkey)
        )
      FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
        AND contype IN ('c', 'u', 'f', 'x')
      """;

  /** No release has ever written what these refuse. */
  private static final Set<String> HARMLESS =
      Set.of("audit_event_occurred_at_ck", "audit_event_roles_not_null_ck");

  /** A schema as an older node sees it. */
  private record Schema(Set<String> reliedUpon, Set<String> tables, Set<String> conditions) {

    static Schema of(TestDatabase database) {
      return new Schema(
          new TreeSet<>(database.texts(RELIED_UPON)),
          new TreeSet<>(database.texts(TABLES)),
          new TreeSet<>(database.texts(CONDITIONS)));
    }

    /** What in a later one would break a node that knows this one. */
    List<String> broken(Schema later) {
      List<String> broken = new ArrayList<>();
      reliedUpon.stream().filter(fact -> !later.reliedUpon.contains(fact)).forEach(broken::add);
      for (String fact : later.reliedUpon) {
        if (fact.startsWith("column ") && !reliedUpon.contains(fact)) {
          String column = fact.split(" ", 3)[1];
          boolean isInserted = tables.contains(column.substring(0, column.indexOf('.')));
          if (isInserted && !later.reliedUpon.contains("may be left out " + column)) {
            broken.add("needed " + column);
          }
        }
      }
      for (String condition : later.conditions) {
        List<String> words = Arrays.asList(condition.split(" "));
        boolean isAboutOldColumns =
            words.stream().skip(2).allMatch(column -> knows(words.getFirst() + "." + column));
        if (!conditions.contains(condition)
            && isAboutOldColumns
            && !HARMLESS.contains(words.get(1))) {
          broken.add("condition " + condition);
        }
      }
      return broken;
    }

    private boolean knows(String column) {
      return reliedUpon.stream().anyMatch(fact -> fact.startsWith("column " + column + " "));
    }
  }

  @Test
  void leaveWhatAnOlderNodeReliesUpon() {
    TestDatabase database = TestDatabase.create();
    MigrationInfo[] all = flyway(database, MigrationVersion.LATEST).info().all();
    assertThat(all).hasSizeGreaterThan(15);

    flyway(database, all[0].getVersion()).migrate();
    for (int next = 1; next < all.length; next++) {
      Schema before = Schema.of(database);
      flyway(database, all[next].getVersion()).migrate();
      assertThat(before.broken(Schema.of(database))).as(all[next].getScript()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE service_token DROP COLUMN description",
        "ALTER TABLE service_token RENAME COLUMN description TO text",
        "ALTER TABLE subject RENAME TO holder",
        "DROP TABLE permission_definition",
        "ALTER TABLE service_token ALTER COLUMN name TYPE varchar(255)",
        "ALTER TABLE service_token ALTER COLUMN description SET NOT NULL",
        "ALTER TABLE change ALTER COLUMN change_id DROP DEFAULT",
        "ALTER TABLE service_token ADD COLUMN owner text NOT NULL",
        "ALTER TABLE service_token ADD CONSTRAINT service_token_name_uq UNIQUE (name)",
        "ALTER TABLE service_token ADD CHECK (description <> 'x')",
        "ALTER TABLE service_token_use DROP CONSTRAINT service_token_use_pk",
        "DROP FUNCTION prune_audit_events(timestamptz, timestamptz, integer)"
      })
  void areNoneOfThese(String change) {
    TestDatabase database = TestDatabase.create();
    flyway(database, MigrationVersion.LATEST).migrate();
    Schema before = Schema.of(database);
    database.execute(change);
    assertThat(before.broken(Schema.of(database))).isNotEmpty();
  }

  @Test
  void mayAddWhatNobodyNeeds() {
    TestDatabase database = TestDatabase.create();
    flyway(database, MigrationVersion.LATEST).migrate();
    Schema before = Schema.of(database);
    database.execute(
        "ALTER TABLE service_token ADD COLUMN owner text, ADD CHECK (char_length(owner) < 9)");
    database.execute("CREATE TABLE team (name text NOT NULL UNIQUE)");
    database.execute("ALTER TABLE service_token ALTER COLUMN creator_id DROP NOT NULL");
    assertThat(before.broken(Schema.of(database))).isEmpty();
  }

  private static Flyway flyway(TestDatabase database, MigrationVersion target) {
    Map<String, Object> properties = database.properties();
    return Flyway.configure()
        .dataSource(
            properties.get("datasources.default.url").toString(),
            properties.get("datasources.default.username").toString(),
            properties.get("datasources.default.password").toString())
        .locations("classpath:db/migration")
        .target(target)
        .load();
  }
}
