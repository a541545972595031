package dev.servicetokens.cli;

import dev.servicetokens.cli.command.GlobalFlags;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The top of the command tree; {@link CommandTree} says what is below it. */
@CommandLine.Command(name = "sts", description = "Create, list and delete service tokens")
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
