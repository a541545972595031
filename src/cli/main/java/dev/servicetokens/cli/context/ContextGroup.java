package dev.servicetokens.cli.context;

import picocli.CommandLine;

/** The commands below {@code sts context}. */
@CommandLine.Command(
    name = "context",
    description = "Manage the saved servers and tokens",
    subcommands = {
      DeleteCommand.class,
      ListCommand.class,
      SaveCommand.class,
      SetCommand.class,
      ShowCommand.class,
      ValidateCommand.class
    })
public final class ContextGroup {}
