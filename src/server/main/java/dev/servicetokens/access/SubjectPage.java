package dev.servicetokens.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of the list of subjects. Immutable.
 *
 * @param subjects in the list's order
 * @param end the handle behind which the next part begins; null if this is the last
 */
public record SubjectPage(List<Subject> subjects, @Nullable SubjectHandle end) {

  /** Copies the subjects. */
  public SubjectPage {
    subjects = List.copyOf(subjects);
  }
}
