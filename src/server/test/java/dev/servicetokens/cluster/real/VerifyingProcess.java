package dev.servicetokens.cluster.real;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.servicetokens.client.ServiceTokenVerifier;
import dev.servicetokens.client.Verification;
import dev.servicetokens.client.VerifierListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What {@link Service} runs: a service that answers by its verifier alone, 200, 401 or 503. Its
 * header {@code From-Memory} counts the tokens that no node was asked for.
 */
final class VerifyingProcess {

  /** The header with how many tokens were told from memory. */
  static final String FROM_MEMORY = "From-Memory";

  private VerifyingProcess() {}

  /** Takes the file for its port, and the nodes. */
  public static void main(String[] arguments) throws IOException {
    AtomicLong hits = new AtomicLong();
    ServiceTokenVerifier.Builder builder =
        ServiceTokenVerifier.builder(arguments[1], System.getenv("VERIFIER_TOKEN"));
    for (int i = 2; i < arguments.length; i++) {
      builder.url(arguments[i]);
    }
    ServiceTokenVerifier verifier =
        builder
            .listener(
                new VerifierListener() {
                  @Override
                  public void hit() {
                    hits.incrementAndGet();
                  }
                })
            .build();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 100);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> answer(exchange, verifier, hits));
    server.start();
    Path port = Path.of(arguments[0]);
    Path whole = port.resolveSibling("port.part");
    Files.writeString(whole, Integer.toString(server.getAddress().getPort()));
    Files.move(whole, port, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void answer(HttpExchange exchange, ServiceTokenVerifier verifier, AtomicLong hits)
      throws IOException {
    try (exchange) {
      int status =
          switch (verifier.verify(exchange.getRequestHeaders().getFirst("X-API-Key"))) {
            case Verification.Live _ -> 200;
            case Verification.NotLive _ -> 401;
            case Verification.Limited _ -> 429;
            case Verification.Unavailable _ -> 503;
          };
      exchange.getResponseHeaders().set(FROM_MEMORY, hits.toString());
      exchange.sendResponseHeaders(status, -1);
    }
  }
}
