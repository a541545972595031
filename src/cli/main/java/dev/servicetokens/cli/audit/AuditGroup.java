package dev.servicetokens.cli.audit;

import picocli.CommandLine;

/** The commands below {@code sts audit}. */
@CommandLine.Command(
    name = "audit",
    description = "Tell who did what",
    subcommands = {ListCommand.class, VerifyCommand.class})
public final class AuditGroup {}
