package dev.servicetokens.cli.rbac;

import dev.servicetokens.cli.command.Command;
import dev.servicetokens.cli.command.Session;
import dev.servicetokens.cli.failure.CommandFailure;
import dev.servicetokens.cli.failure.UsageFailure;
import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.Table;
import dev.servicetokens.cli.output.TextOutput;
import dev.servicetokens.client.model.DefinePermissionRequest;
import dev.servicetokens.client.model.PermissionDefinition;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands that define, delete and list permissions. */
final class DefinitionCommands {

  private static final int CONFLICT = 409;

  private DefinitionCommands() {}

  /** Whether the server says that force helps; what a configured role holds, nothing takes away. */
  private static boolean isMendedByForce(CommandFailure refusal) {
    return refusal.status() == CONFLICT
        && String.valueOf(refusal.serverMessage()).contains("force=true");
  }

  /** {@code sts rbac create-permission}. */
  @CommandLine.Command(
      name = "create-permission",
      description = "Define a permission of your own, or describe it anew")
  static final class CreatePermissionCommand implements Command {

    @Mixin private final NameFlag permission = new NameFlag();

    @Option(
        names = "--description",
        paramLabel = "string",
        description = "What it is for, in one line (without it, an earlier description goes)")
    private String description = "";

    @Override
    public Report run(Session session) {
      String name = permission.name();
      DefinePermissionRequest request = new DefinePermissionRequest();
      if (!description.isEmpty()) {
        request.description(description);
      }
      try {
        session.connect().send(client -> client.permissions().definePermission(name, request));
      } catch (CommandFailure refusal) {
        // Subjects hold one of this name from a time when configuration defined it.
        throw isMendedByForce(refusal)
            ? refusal.advising("sts rbac delete-permission --force --permission " + name)
            : refusal;
      }
      return new Created(name);
    }

    private record Created(String name) implements Report {

      @Override
      public void writeText(TextOutput out) {
        out.success("Created permission '" + name + "'");
        out.line(
            "Defining it gives it to nobody; a token with every permission (stackstate-admin)"
                + " gives it first:");
        out.line("  sts rbac grant --subject SUBJECT --permission " + name);
      }

      @Override
      public Map<String, ?> json() {
        return Map.of("created-permission", name);
      }
    }
  }

  /** {@code sts rbac delete-permission}. */
  @CommandLine.Command(name = "delete-permission", description = "Delete a permission of your own")
  static final class DeletePermissionCommand implements Command {

    @Mixin private final NameFlag permission = new NameFlag();

    @Option(names = "--force", description = "Take it first from the subjects that hold it")
    private boolean force;

    @Override
    public Report run(Session session) {
      String name = permission.name();
      try {
        session
            .connect()
            .send(
                client ->
                    client
                        .permissions()
                        .deletePermissionDefinition(name, force ? Boolean.TRUE : null));
      } catch (CommandFailure refusal) {
        throw isMendedByForce(refusal)
            ? refusal.advising("--force takes it from them first.")
            : refusal;
      }
      return new Report.Done(
          "Deleted permission '" + name + "'", Map.of("deleted-permission", name));
    }
  }

  /** {@code sts rbac list-permissions}: without a flag, exactly as scripts expect. */
  @CommandLine.Command(
      name = "list-permissions",
      description = "List all permissions that there are")
  static final class ListPermissionsCommand implements Command {

    @Option(
        names = "--custom",
        description = "Only permissions of your own, with where they are defined and what for")
    private boolean custom;

    @Override
    public Report run(Session session) {
      if (custom) {
        return new Definitions(KnownPermissions.custom(session.connect()));
      }
      List<String> permissions =
          session.connect().ask(client -> client.permissions().listPermissions()).getPermissions();
      return new Report.Done(
          "Available permissions: " + String.join(", ", permissions),
          Map.of("permissions", permissions));
    }

    private record Definitions(List<PermissionDefinition> definitions) implements Report {

      @Override
      public void writeText(TextOutput out) {
        if (definitions.isEmpty()) {
          out.line("No permissions of your own; \"sts rbac create-permission\" defines one.");
          return;
        }
        Table table = new Table(List.of("PERMISSION", "ORIGIN", "DESCRIPTION"));
        definitions.forEach(
            definition ->
                table.row(
                    List.of(
                        definition.getName(),
                        definition.getOrigin().getValue(),
                        Objects.requireNonNullElse(definition.getDescription(), ""))));
        out.table(table);
      }

      @Override
      public Map<String, ?> json() {
        return Map.of(
            "permission-definitions", definitions.stream().map(Definitions::fields).toList());
      }

      private static Map<String, ?> fields(PermissionDefinition definition) {
        Map<String, Object> fields = new TreeMap<>();
        fields.put("name", definition.getName());
        fields.put("origin", definition.getOrigin().getValue());
        if (definition.getDescription() != null) {
          fields.put("description", definition.getDescription());
        }
        return fields;
      }
    }
  }

  /** The flag that names the permission that a command defines or deletes. */
  static final class NameFlag {

    @Option(
        names = "--permission",
        required = true,
        paramLabel = "string",
        description = "Name of the permission, for example deploy:prod")
    private String name = "";

    /**
     * The name.
     *
     * @throws UsageFailure if no permission of one's own can have it: some of these would lead to
     *     another operation's path
     */
    String name() {
      if (!KnownPermissions.canBeDefined(name)) {
        throw new UsageFailure(
            "\""
                + name
                + "\" cannot be a permission's name; write up to 100 small letters, digits and . _ : -"
                + " and begin with a letter or a digit, for example deploy:prod");
      }
      return name;
    }
  }
}
