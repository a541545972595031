package dev.servicetokens.startup;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import dev.servicetokens.text.TokenText;

/**
 * The part of a log line between its brackets, with every token string masked, whoever logs it:
 * logback.xml names this {@code %masked(…)}.
 */
public final class MaskedLine extends CompositeConverter<ILoggingEvent> {

  @Override
  protected String transform(ILoggingEvent event, String text) {
    return TokenText.mask(text);
  }
}
