package dev.servicetokens.access;

/**
 * What holds permissions, and whose handle tokens name as a role.
 *
 * @param handle its name
 * @param source where it comes from
 * @param scope what was said of it when it was made; {@link SubjectScope#NONE} for a static one
 */
public record Subject(SubjectHandle handle, SubjectSource source, SubjectScope scope) {}
