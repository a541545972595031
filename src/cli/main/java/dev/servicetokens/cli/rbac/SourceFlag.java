package dev.servicetokens.cli.rbac;

import dev.servicetokens.client.model.SubjectSource;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flag that narrows an answer to one source of subjects. */
final class SourceFlag {

  @Option(
      names = "--source",
      paramLabel = "source",
      converter = Converter.class,
      completionCandidates = Candidates.class,
      description = "Only from this source: static, observability or kubernetes")
  private @Nullable SubjectSource source;

  /** The source; null for all. */
  @Nullable SubjectSource source() {
    return source;
  }

  private static List<String> names() {
    return Arrays.stream(SubjectSource.values())
        .filter(source -> source != SubjectSource.UNKNOWN_DEFAULT_OPEN_API)
        .map(source -> source.getValue().toLowerCase(Locale.ROOT))
        .toList();
  }

  /** Reads a source, which the flag has in small letters and the contract in capitals. */
  static final class Converter implements ITypeConverter<SubjectSource> {

    @Override
    public SubjectSource convert(String text) {
      String name = text.toLowerCase(Locale.ROOT);
      if (!names().contains(name)) {
        throw new TypeConversionException("expected one of " + names() + " but was '" + text + "'");
      }
      return SubjectSource.valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  /** The sources that a shell offers when it completes the flag. */
  static final class Candidates extends ArrayList<String> {

    @Serial private static final long serialVersionUID = 1L;

    Candidates() {
      super(names());
    }
  }
}
