package dev.servicetokens.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Renews a lease as the SDK's verifier does, and keeps nothing: a thousand real ones would take
 * more of the machine than the server that is measured. For one thread at a time.
 */
final class IdleHolder {

  private static final Pattern NUMBER = Pattern.compile("\"changeNumber\":([0-9]+)");
  private static final Pattern ID = Pattern.compile("\"changeId\":\"([^\"]+)\"");
  private static final Pattern START = Pattern.compile("\"serverStart\":\"([^\"]+)\"");

  private final URI node;
  private final String token;
  private final String name;
  private String place = "\"applied\":0";
  private long sequence;

  IdleHolder(URI node, String token, int index) {
    this.node = node;
    this.token = token;
    this.name = "idle-holder-%d-%d".formatted(System.nanoTime(), index);
  }

  /** Renews until that is set, and counts the answers. */
  void run(AtomicBoolean ended, AtomicLong answers) {
    try (HttpConnection connection = new HttpConnection(node)) {
      while (!ended.get()) {
        String body = "{\"holder\":\"%s\",\"sequence\":%d,%s}".formatted(name, ++sequence, place);
        HttpConnection.Answer answer =
            connection.exchange(HttpConnection.post("/api/verifications/lease", token, body));
        if (answer.status() == 503 || answer.status() == 429) {
          Thread.sleep(1000); // Many begin at once, or those before them still have their leases.
          continue;
        }
        if (answer.status() != 200) {
          throw new IllegalStateException("No lease: " + answer.status() + " " + answer.body());
        }
        place = place(answer.body());
        answers.incrementAndGet();
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String place(String body) {
    Matcher id = ID.matcher(body.replaceAll("\"changes\":\\[.*", ""));
    return "\"applied\":%s,\"serverStart\":\"%s\""
            .formatted(first(NUMBER, body), first(START, body))
        + (id.find() ? ",\"changeId\":\"" + id.group(1) + "\"" : "");
  }

  private static String first(Pattern pattern, String body) {
    Matcher found = pattern.matcher(body);
    if (!found.find()) {
      throw new IllegalStateException("Not an answer: " + body);
    }
    return found.group(1);
  }
}
