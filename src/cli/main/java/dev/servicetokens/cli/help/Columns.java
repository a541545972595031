package dev.servicetokens.cli.help;

import java.util.Collection;

/** Two columns of a help page. */
final class Columns {

  private Columns() {}

  static int longest(Collection<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(0);
  }

  static String row(String left, int width, String right) {
    return "  " + left + " ".repeat(width - left.length() + 1) + right + "\n";
  }
}
