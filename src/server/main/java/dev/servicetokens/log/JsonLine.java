package dev.servicetokens.log;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.HashSet;
import java.util.Set;

/** One object of JSON, in one line (RFC 8259). For one thread. */
final class JsonLine {

  private final StringBuilder text = new StringBuilder(400).append('{');
  private final Set<String> names = new HashSet<>();

  /** Adds a field, unless there is one of that name: what is read twice is read as anything. */
  JsonLine add(String name, String value) {
    if (begin(name)) {
      quote(value);
    }
    return this;
  }

  /** Adds a number. */
  JsonLine add(String name, long value) {
    if (begin(name)) {
      text.append(value);
    }
    return this;
  }

  /** Returns it with a line feed; nothing is added after that. */
  String end() {
    return text.append("}\n").toString();
  }

  private boolean begin(String name) {
    if (!names.add(name)) {
      return false;
    }
    if (names.size() > 1) {
      text.append(',');
    }
    quote(name);
    text.append(':');
    return true;
  }

  private void quote(String value) {
    StringBuilder visible = new StringBuilder(value.length() + 16);
    VisibleText.append(visible, value, true);
    text.append('"');
    JsonStringEncoder.getInstance().quoteAsString(visible, text);
    text.append('"');
  }
}
