package dev.servicetokens.access.http;

import dev.servicetokens.generated.model.Subject;
import dev.servicetokens.generated.model.SubjectPermissions;
import dev.servicetokens.generated.model.SubjectSource;
import org.jspecify.annotations.Nullable;

/** Maps subjects between the wire and the domain. */
final class WireSubjects {

  private WireSubjects() {}

  static Subject toWire(dev.servicetokens.access.Subject subject) {
    return new Subject(subject.handle().value(), toWire(subject.source()))
        .dedicatedTo(subject.dedicatedTo());
  }

  static SubjectPermissions toWire(dev.servicetokens.access.SubjectPermissions held) {
    return new SubjectPermissions(
            held.handle().value(),
            held.sources().stream().map(WireSubjects::toWire).toList(),
            held.permissions().namesByResource())
        .dedicatedTo(held.dedicatedTo());
  }

  static dev.servicetokens.access.@Nullable SubjectSource toDomain(@Nullable SubjectSource source) {
    return switch (source) {
      case null -> null;
      case STATIC -> dev.servicetokens.access.SubjectSource.STATIC;
      case OBSERVABILITY -> dev.servicetokens.access.SubjectSource.OBSERVABILITY;
      case KUBERNETES -> dev.servicetokens.access.SubjectSource.KUBERNETES;
    };
  }

  private static SubjectSource toWire(dev.servicetokens.access.SubjectSource source) {
    return switch (source) {
      case STATIC -> SubjectSource.STATIC;
      case OBSERVABILITY -> SubjectSource.OBSERVABILITY;
      case KUBERNETES -> SubjectSource.KUBERNETES;
    };
  }
}
