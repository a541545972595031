package dev.servicetokens.cli.servicetoken;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.servicetokens.cli.environment.BoundedInput;
import dev.servicetokens.cli.failure.UsageFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a file which service tokens were deleted once: from audit events as {@code sts audit
 * list} and {@code sts audit list --follow} print them for programs, or from ids, one a line. Of
 * events only the deletions that were done count, so that a file with the whole audit log deletes
 * nothing that was not deleted before.
 */
final class DeletedTokens {

  /** Two hundred thousand events, and four million ids. */
  private static final int LARGEST = 64 << 20;

  private static final Pattern ID = Pattern.compile("[1-9][0-9]{14}");
  private static final int MOST_SHOWN = 40;

  private final String source;
  private final Set<Long> ids = new LinkedHashSet<>();

  private DeletedTokens(String source) {
    this.source = source;
  }

  /**
   * The ids in their order, each once.
   *
   * @param source how to name the file in messages
   * @param stream is closed
   * @throws UsageFailure if anything in it is not understood: a part of a list is no list
   */
  static Set<Long> read(String source, InputStream stream) throws IOException {
    DeletedTokens tokens = new DeletedTokens(source);
    String text;
    try {
      text = BoundedInput.text(stream, LARGEST);
    } catch (BoundedInput.TooLarge e) {
      throw tokens.bad("has more than 64 MiB; list the deletions alone: --action token.delete");
    } catch (CharacterCodingException e) {
      throw tokens.bad("is not UTF-8");
    }
    if (text.isBlank()) {
      throw tokens.bad("is empty; write the audit events or the ids of deleted tokens to it");
    }
    if (text.stripLeading().startsWith("{")) {
      tokens.readEvents(text);
    } else {
      tokens.readLines(text);
    }
    return tokens.ids;
  }

  private void readLines(String text) throws IOException {
    BufferedReader lines = new BufferedReader(new StringReader(text));
    int number = 1;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.isBlank()) {
        add(line.strip(), "line " + number);
      }
      number++;
    }
  }

  private void readEvents(String text) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      for (JsonToken next = parser.nextToken(); next != null; next = parser.nextToken()) {
        if (next != JsonToken.START_OBJECT) {
          throw bad("has something else than audit events in line " + line(parser));
        }
        readObject(parser, true);
      }
    } catch (JsonProcessingException e) {
      long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw bad("is not complete or no JSON, see line " + line);
    }
  }

  /** Reads an event, or at the top what may hold several. */
  private void readObject(JsonParser parser, boolean top) throws IOException {
    int begin = line(parser);
    @Nullable String action = null;
    @Nullable String outcome = null;
    @Nullable String target = null;
    boolean several = false;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (top && field.equals("events") && value == JsonToken.START_ARRAY) {
        several = true;
        readArray(parser);
      } else if (top && field.equals("more") && value == JsonToken.VALUE_TRUE) {
        throw bad("says that there are older events; list all of them, with a higher --limit");
      } else if (value.isScalarValue()) {
        switch (field) {
          case "action" -> action = parser.getText();
          case "outcome" -> outcome = parser.getText();
          case "target" -> target = parser.getText();
          default -> {}
        }
      } else {
        parser.skipChildren();
      }
    }
    if (several) {
      return;
    }
    if (action == null || outcome == null) {
      throw bad("has no audit event in line " + begin + ": no action or no outcome");
    }
    if (action.equals("token.delete") && outcome.equals("success")) {
      add(target == null ? "" : target, "the event in line " + begin);
    }
  }

  private void readArray(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw bad("has something else than audit events in line " + line(parser));
      }
      readObject(parser, false);
    }
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }

  private void add(String id, String place) {
    if (!ID.matcher(id).matches()) {
      String shown = id.length() > MOST_SHOWN ? id.substring(0, MOST_SHOWN) + "…" : id;
      throw bad("has no id of a service token in " + place + ": \"" + shown + "\"");
    }
    ids.add(Long.valueOf(id));
  }

  private UsageFailure bad(String what) {
    return new UsageFailure(source + " " + what);
  }
}
