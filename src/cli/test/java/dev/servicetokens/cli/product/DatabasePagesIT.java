package dev.servicetokens.cli.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.cli.fixtures.OwnPostgres;
import dev.servicetokens.cli.product.PageShell.Run;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what postgresql.md and backup.md say, with a PostgreSQL of this machine's packages that has
 * TLS, and tries what they promise: that the server's role cannot do more, that no token is lost on
 * the way from the embedded database, and that one that a restore has revived can be deleted again.
 */
final class DatabasePagesIT {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private Path folder;
  private OwnPostgres postgres;
  private PageShell shell;

  @BeforeEach
  void startDatabase() throws Exception {
    postgres = OwnPostgres.start(folder.resolve("own"));
    String host = "localhost:" + postgres.port();
    shell =
        new PageShell(Files.createDirectories(folder.resolve("home")))
            .with("MICRONAUT_SERVER_PORT", "-1")
            .reading("db.example.com/", host + "/")
            .reading("host=db.example.com", "host=localhost port=" + postgres.port())
            .reading("/etc/service-tokens/db-ca.pem", postgres.certificate().toString())
            .reading(
                "copy-data.sql",
                Readme.TOP.resolve("src/deploy/postgresql/copy-data.sql").toString());
    Files.writeString(folder.resolve("home/server.password"), "of-the-server");
    Files.writeString(folder.resolve("home/migration.password"), "of-the-migration");
  }

  @AfterEach
  void stopDatabase() throws Exception {
    shell.close();
    postgres.close();
  }

  @Test
  void movesToAnOwnDatabaseAndRestoresIt() throws Exception {
    Iterator<String> sql = PageShell.blocks("postgresql.md", "sql").iterator();
    Iterator<String> sh = PageShell.blocks("postgresql.md", "sh").iterator();

    Process embedded = shell.serve("sts serve");
    signIn(".local/share/service-tokens");
    shell.run("sts service-token create --name doomed --roles stackstate-guest");
    String doomed = idOf("doomed");
    shell.run("sts service-token delete " + doomed);
    String kept = create("kept");
    PageShell.stop(embedded);

    assertThat(asSuperuser(sql.next()).exitCode()).isZero();
    shell.export(sh.next());
    PageShell.stop(shell.with("XDG_DATA_HOME", folder.resolve("new").toString()).serve(sh.next()));
    shell.without("XDG_DATA_HOME");

    Process old = shell.serve(sh.next());
    String dump = sh.next();
    shell.run(dump);
    PageShell.stop(old);
    String load = sh.next();
    shell.run(load);

    Process server = shell.serve(sh.next());
    String list = shell.run(sh.next());
    assertThat(list).contains("| kept ", "All audit events are as they were sealed");
    assertThat(list).doesNotContain("doomed");
    assertThat(status(kept)).isEqualTo(200);
    assertThat(shell.run("sts audit list --action token.delete")).contains(doomed);
    assertThat(sh.hasNext()).isFalse();

    // What is in use is never replaced, whether its server runs or not.
    assertThat(shell.tryTo(load).err()).contains("A server runs with this database");
    create("later");
    PageShell.stop(server);
    assertThat(shell.tryTo(load).err()).contains("This database is in use");

    assertThat(asSuperuser("\\connect service_tokens\n" + sql.next()).exitCode()).isZero();
    assertThat(sql.hasNext()).isFalse();
    theServersRoleCannotDoMore();
    restoresABackup();
    goesBackToTheReleaseBefore();
  }

  private void theServersRoleCannotDoMore() throws Exception {
    for (String attack :
        List.of(
            "UPDATE audit_event SET actor_name = 'somebody else'",
            "DELETE FROM audit_event",
            "TRUNCATE audit_event",
            "ALTER TABLE audit_event DISABLE TRIGGER ALL",
            "ALTER FUNCTION guard_audit_event() SET search_path = pg_temp",
            "DROP TABLE audit_seal",
            "CREATE TABLE more (id int)",
            "CREATE TEMPORARY TABLE audit_anchor (id int)",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "UPDATE flyway_schema_history SET version = '1'",
            "SET ROLE service_tokens_owner",
            "SET session_replication_role = replica")) {
      Run run = psql("service_tokens", "of-the-server", "service_tokens", attack);
      assertThat(run.exitCode()).as(attack).isNotZero();
      assertThat(run.err()).as(attack).containsAnyOf("denied", "append-only", "must be owner");
    }
    // Somebody between the server and its database, who has another certificate.
    Run run =
        shell.tryTo(
            "DATASOURCES_DEFAULT_URL=\"${DATASOURCES_DEFAULT_URL%sslrootcert=*}sslrootcert=/nowhere\" sts serve");
    assertThat(run.exitCode()).isEqualTo(1);
    // A start that would have to migrate, with the server's own role.
    assertThat(asSuperuser("CREATE DATABASE empty").exitCode()).isZero();
    run =
        shell.tryTo(
            "DATASOURCES_DEFAULT_URL=\"${DATASOURCES_DEFAULT_URL/service_tokens?/empty?}\" sts serve");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("FLYWAY_DATASOURCES_DEFAULT_");
  }

  private void restoresABackup() throws Exception {
    List<String> sh = PageShell.blocks("backup.md", "sh");
    shell
        .with(
            "DATABASE",
            "host=localhost port=%d dbname=service_tokens user=service_tokens_migration password=of-the-migration"
                .formatted(postgres.port()))
        .with("DATA", folder.resolve("home/.local/share/service-tokens").toString())
        .with("BACKUP_BEGAN", "1h");
    Process server = shell.serve("sts serve");
    shell.run("sts rbac create-subject --subject team");
    shell.run(
        "sts rbac grant --subject team --permission get-metrics || sts rbac grant --subject team --permission get-permissions");
    String revived = create("revived");
    String id = idOf("revived");
    shell.run(block(sh, "pg_dump"));
    shell.run(block(sh, "cp -a"));

    shell.run("sts service-token delete " + id);
    assertThat(status(revived)).isEqualTo(401);
    shell.run(block(sh, "psql -XAt"));
    String ids = Files.readString(folder.resolve("home/deleted.json"));
    assertThat(ids.lines()).contains(id);
    shell.run(block(sh, "sts audit list"));
    PageShell.stop(server);

    shell.run(block(sh, "pg_restore"));
    server = shell.serve("sts serve");
    assertThat(status(revived)).isEqualTo(200);
    String again = block(sh, "--deleted-in");
    assertThat(shell.run(again)).contains("Deleted again: " + id, "1 service token deleted again");
    assertThat(status(revived)).isEqualTo(401);
    assertThat(shell.run(again)).contains("0 service tokens deleted again, 2 gone already");
    Files.writeString(folder.resolve("home/deleted.json"), ids);
    assertThat(shell.run(again)).contains("0 service tokens deleted again, 2 gone already");
    assertThat(shell.run("sts audit verify")).contains("as they were sealed");
    create("after the restore");
    PageShell.stop(server);
  }

  /** Tomorrow's release has added a column, a table and its line in the history. */
  private void goesBackToTheReleaseBefore() throws Exception {
    assertThat(
            asSuperuser(
                    """
                    \\connect service_tokens
                    SET ROLE service_tokens_owner;
                    ALTER TABLE service_token ADD COLUMN tomorrow text;
                    CREATE TABLE tomorrow (id bigint NOT NULL);
                    INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,
                      installed_by, execution_time, success)
                    VALUES (9999, '99990101000000', 'add tomorrow', 'SQL', 'V99990101000000__add_tomorrow.sql', 1, 'x', 1, true);
                    """)
                .exitCode())
        .isZero();
    assertThat(shell.tryTo("sts serve").err()).contains("written by a newer version");

    List<String> sh = PageShell.blocks("upgrade.md", "sh");
    assertThat(sh).hasSize(2);
    Process older = shell.serve(sh.getFirst());
    String token = create("of the older release");
    assertThat(status(token)).isEqualTo(200);
    shell.run("sts service-token delete " + idOf("of the older release"));
    assertThat(status(token)).isEqualTo(401);
    shell
        .without("DATASOURCES_DEFAULT_URL")
        .serve("unset DATASOURCES_DEFAULT_URL DATASOURCES_DEFAULT_PASSWORD\n" + sh.getLast());
    assertThat(shell.tryTo("sts whoami").exitCode()).as("another server's token").isNotZero();
    PageShell.stop(older);
  }

  private static String block(List<String> blocks, String beginning) {
    return blocks.stream()
        .filter(block -> block.contains(beginning))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No block has " + beginning));
  }

  private void signIn(String dataDirectory) throws IOException {
    Path token = folder.resolve("home").resolve(dataDirectory).resolve("admin-token");
    shell.with("STS_CLI_SERVICE_TOKEN", Files.readString(token).strip());
  }

  private String create(String name) throws Exception {
    Matcher token =
        Pattern.compile("svctok-\\w+")
            .matcher(
                shell.run(
                    "sts service-token create --name '%s' --roles stackstate-guest"
                        .formatted(name)));
    assertThat(token.find()).isTrue();
    return token.group();
  }

  private String idOf(String name) throws Exception {
    Matcher id =
        Pattern.compile("(?m)^(\\d{15}) \\| " + name + " ")
            .matcher(shell.run("sts service-token list"));
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  private int status(String token) throws Exception {
    String url = shell.run("printf %s \"$STS_CLI_URL\"");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/api/server/status"))
            .header("X-API-Key", token)
            .build();
    return HTTP.send(request, BodyHandlers.discarding()).statusCode();
  }

  private Run asSuperuser(String sql) throws Exception {
    return psql(
        "postgres",
        OwnPostgres.PASSWORD,
        "postgres",
        sql.replace(
                "\\password service_tokens_migration",
                "ALTER ROLE service_tokens_migration PASSWORD 'of-the-migration';")
            .replace(
                "\\password service_tokens\n",
                "ALTER ROLE service_tokens PASSWORD 'of-the-server';\n"));
  }

  private Run psql(String user, String password, String database, String sql) throws Exception {
    Path file = Files.writeString(folder.resolve("home/statements.sql"), sql + "\n");
    return shell.tryTo(
        "PGPASSWORD='%s' '%s' -X -q -v ON_ERROR_STOP=1 -f '%s' 'host=localhost port=%d user=%s dbname=%s sslmode=verify-full sslrootcert=%s'"
            .formatted(
                password,
                postgres.programs().resolve("psql"),
                file,
                postgres.port(),
                user,
                database,
                postgres.certificate()));
  }
}
