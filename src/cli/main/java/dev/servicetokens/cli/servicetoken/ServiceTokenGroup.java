package dev.servicetokens.cli.servicetoken;

import picocli.CommandLine;

/** The commands below {@code sts service-token}. */
@CommandLine.Command(
    name = "service-token",
    description = "Manage service tokens",
    subcommands = {
      CreateCommand.class,
      DeleteCommand.class,
      DescribeCommand.class,
      ListCommand.class
    })
public final class ServiceTokenGroup {}
