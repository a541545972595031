package dev.servicetokens.cli.usersession;

import picocli.CommandLine;

/** The commands below {@code sts user-session}. */
@CommandLine.Command(
    name = "user-session",
    description = "Tell about the caller",
    subcommands = RolesCommand.class)
public final class UserSessionGroup {}
