package dev.servicetokens.cli.completion;

import picocli.CommandLine;

/** The commands below {@code sts completion}. */
@CommandLine.Command(
    name = "completion",
    description = "Print a script that completes commands and flags in a shell",
    subcommands = {BashCommand.class, FishCommand.class, ZshCommand.class})
public final class CompletionGroup {}
