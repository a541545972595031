package dev.servicetokens.cli.completion;

import dev.servicetokens.cli.output.Report;
import dev.servicetokens.cli.output.TextOutput;
import java.util.Map;

/** A script for a shell to read. */
record Script(String text) implements Report {

  @Override
  public void writeText(TextOutput out) {
    out.block(text.endsWith("\n") ? text : text + "\n");
  }

  @Override
  public Map<String, ?> json() {
    return Map.of("completion-script", text);
  }
}
