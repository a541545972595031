package dev.servicetokens.cli.rbac;

import picocli.CommandLine;

/** The commands below {@code sts rbac}. */
@CommandLine.Command(
    name = "rbac",
    description = "Manage subjects and their permissions",
    subcommands = {
      CreateSubjectCommand.class,
      DeleteSubjectCommand.class,
      DescribePermissionsCommand.class,
      DescribeSubjectsCommand.class,
      GrantCommand.class,
      ListPermissionsCommand.class,
      RevokeCommand.class
    })
public final class RbacGroup {}
