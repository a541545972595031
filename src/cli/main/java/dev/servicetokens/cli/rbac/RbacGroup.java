package dev.servicetokens.cli.rbac;

import picocli.CommandLine;

/** The commands below {@code sts rbac}. */
@CommandLine.Command(
    name = "rbac",
    description = "Manage subjects and their permissions",
    subcommands = {
      SubjectCommands.CreateSubjectCommand.class,
      SubjectCommands.DeleteSubjectCommand.class,
      PermissionCommands.DescribePermissionsCommand.class,
      SubjectCommands.DescribeSubjectsCommand.class,
      PermissionCommands.GrantCommand.class,
      PermissionCommands.ListPermissionsCommand.class,
      PermissionCommands.RevokeCommand.class
    })
public final class RbacGroup {}
