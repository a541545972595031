package dev.servicetokens.cli.rbac;

import picocli.CommandLine;

/** The commands below {@code sts rbac}. */
@CommandLine.Command(
    name = "rbac",
    description = "Manage subjects and their permissions",
    subcommands = {
      DefinitionCommands.CreatePermissionCommand.class,
      SubjectCommands.CreateSubjectCommand.class,
      DefinitionCommands.DeletePermissionCommand.class,
      SubjectCommands.DeleteSubjectCommand.class,
      PermissionCommands.DescribePermissionsCommand.class,
      SubjectCommands.DescribeSubjectsCommand.class,
      PermissionCommands.GrantCommand.class,
      DefinitionCommands.ListPermissionsCommand.class,
      PermissionCommands.RevokeCommand.class
    })
public final class RbacGroup {}
