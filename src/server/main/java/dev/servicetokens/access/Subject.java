package dev.servicetokens.access;

import org.jspecify.annotations.Nullable;

/**
 * What holds permissions, and whose handle tokens name as a role.
 *
 * @param handle its name
 * @param source where it comes from
 * @param scope what was said of it when it was made; {@link SubjectScope#NONE} for a static one
 * @param dedicatedTo id of the token that it goes with; null if it is dedicated to none
 */
public record Subject(
    SubjectHandle handle, SubjectSource source, SubjectScope scope, @Nullable Long dedicatedTo) {}
