package dev.servicetokens.cli.audit;

import dev.servicetokens.cli.command.Moment;
import dev.servicetokens.cli.command.TokenId;
import dev.servicetokens.client.model.AuditAction;
import dev.servicetokens.client.model.AuditOutcome;
import java.io.Serial;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags that choose events. A text that is not given is empty. */
final class EventFlags {

  @Option(
      names = "--actor",
      paramLabel = "string",
      description = "Only what the service token of this name or id did")
  private String actor = "";

  @Option(
      names = "--token",
      paramLabel = "int",
      description = "Only what the service token of this id did, or what was done to it")
  private String token = "";

  @Option(
      names = "--action",
      paramLabel = "action",
      converter = ActionConverter.class,
      completionCandidates = Actions.class,
      description = "Only this action, for example token.delete")
  private @Nullable AuditAction action;

  @Option(
      names = "--outcome",
      paramLabel = "outcome",
      converter = OutcomeConverter.class,
      completionCandidates = Outcomes.class,
      description = "Only what ended so: success, denied or failure")
  private @Nullable AuditOutcome outcome;

  @Option(
      names = "--from",
      paramLabel = "time",
      description = "Only what happened then or later: a date, an instant, or 2h or 7d back")
  private String from = "";

  @Option(
      names = "--to",
      paramLabel = "time",
      description = "Only what happened before: a date, an instant, or 2h or 7d back")
  private String to = "";

  boolean hasBegin() {
    return !from.isEmpty();
  }

  boolean hasEnd() {
    return !to.isEmpty();
  }

  /**
   * The filter that they mean.
   *
   * @throws dev.servicetokens.cli.failure.UsageFailure if one of them means nothing
   */
  EventFilter filter(Instant now) {
    return new EventFilter(
        actor.isEmpty() ? null : actor,
        token.isEmpty() ? null : Long.valueOf(TokenId.parse(token)),
        action,
        outcome,
        from.isEmpty() ? null : Long.valueOf(Moment.past(from, "--from", now)),
        to.isEmpty() ? null : Long.valueOf(Moment.past(to, "--to", now)));
  }

  private static List<String> actions() {
    return Arrays.stream(AuditAction.values())
        .filter(action -> action != AuditAction.UNKNOWN_DEFAULT_OPEN_API)
        .map(AuditAction::getValue)
        .toList();
  }

  private static List<String> outcomes() {
    return Arrays.stream(AuditOutcome.values())
        .filter(outcome -> outcome != AuditOutcome.UNKNOWN_DEFAULT_OPEN_API)
        .map(AuditOutcome::getValue)
        .toList();
  }

  private static String oneOf(List<String> choices, String text) {
    if (!choices.contains(text)) {
      throw new TypeConversionException("expected one of " + choices + " but was '" + text + "'");
    }
    return text;
  }

  /** Reads an action. */
  static final class ActionConverter implements ITypeConverter<AuditAction> {

    @Override
    public AuditAction convert(String text) {
      return AuditAction.fromValue(oneOf(actions(), text));
    }
  }

  /** Reads an outcome. */
  static final class OutcomeConverter implements ITypeConverter<AuditOutcome> {

    @Override
    public AuditOutcome convert(String text) {
      return AuditOutcome.fromValue(oneOf(outcomes(), text));
    }
  }

  /** The actions that a shell offers when it completes the flag. */
  static final class Actions extends ArrayList<String> {

    @Serial private static final long serialVersionUID = 1L;

    Actions() {
      super(actions());
    }
  }

  /** The outcomes that a shell offers when it completes the flag. */
  static final class Outcomes extends ArrayList<String> {

    @Serial private static final long serialVersionUID = 1L;

    Outcomes() {
      super(outcomes());
    }
  }
}
