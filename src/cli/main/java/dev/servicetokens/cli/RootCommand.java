package dev.servicetokens.cli;

import dev.servicetokens.cli.audit.AuditGroup;
import dev.servicetokens.cli.command.GlobalFlags;
import dev.servicetokens.cli.completion.CompletionGroup;
import dev.servicetokens.cli.context.ContextGroup;
import dev.servicetokens.cli.rbac.RbacGroup;
import dev.servicetokens.cli.servicetoken.ServiceTokenGroup;
import dev.servicetokens.cli.usersession.UserSessionGroup;
import dev.servicetokens.cli.usersession.WhoamiCommand;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The top of the command tree. */
@CommandLine.Command(
    name = "sts",
    description = "Create, list and delete service tokens",
    subcommands = {
      AuditGroup.class,
      CompletionGroup.class,
      ContextGroup.class,
      HelpCommand.class,
      RbacGroup.class,
      ServeCommand.class,
      ServiceTokenGroup.class,
      UserSessionGroup.class,
      WhoamiCommand.class
    })
final class RootCommand {

  @Mixin private final GlobalFlags flags = new GlobalFlags();

  @Option(names = "--version", versionHelp = true, description = "Show the version")
  private boolean version;

  GlobalFlags flags() {
    return flags;
  }

  boolean version() {
    return version;
  }
}
