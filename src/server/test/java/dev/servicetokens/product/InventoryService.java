package dev.servicetokens.product;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.servicetokens.client.ServiceTokensClient;
import dev.servicetokens.client.ServiceTokensError;
import dev.servicetokens.client.invoker.ApiException;
import dev.servicetokens.client.model.CreateServiceTokenRequest;
import dev.servicetokens.client.model.ServiceToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A service of somebody else's, which knows nothing of this server but the SDK: it reports the
 * server's status, and lists, creates and deletes tokens for its own callers. Prints its port.
 */
public final class InventoryService {

  private final ServiceTokensClient client;

  private InventoryService(ServiceTokensClient client) {
    this.client = client;
  }

  /** Serves until it is ended; arguments: the server's URL and, perhaps, a time-out in ms. */
  public static void main(String[] arguments) throws IOException {
    String token = System.getenv("SERVICE_TOKEN");
    ServiceTokensClient client =
        arguments.length == 1
            ? ServiceTokensClient.connect(arguments[0], token)
            : ServiceTokensClient.builder(arguments[0])
                .serviceToken(token)
                .requestTimeout(Duration.ofMillis(Long.parseLong(arguments[1])))
                .build();
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(anyPort, 0);
    server.createContext("/", new InventoryService(client)::handle);
    server.start();
    System.out.println(server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    String answer;
    int status = 200;
    try {
      String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
      answer = answer(exchange.getRequestMethod(), path);
    } catch (ApiException e) {
      status = 502;
      answer = describe(ServiceTokensError.from(e));
    }
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String answer(String method, String[] path) throws ApiException {
    return switch (method) {
      case "POST" -> create(path[0], path[1]);
      case "DELETE" -> delete(path[0]);
      default -> path[0].equals("status") ? status() : names();
    };
  }

  private String status() throws ApiException {
    return String.valueOf(client.server().getServerStatus().getStatus());
  }

  private String names() throws ApiException {
    List<ServiceToken> tokens = client.serviceTokens().listServiceTokens();
    return String.join("\n", tokens.stream().map(ServiceToken::getName).toList());
  }

  private String create(String name, String role) throws ApiException {
    return client
        .serviceTokens()
        .createServiceToken(new CreateServiceTokenRequest().name(name).roles(List.of(role)))
        .getToken();
  }

  private String delete(String name) throws ApiException {
    for (ServiceToken token : client.serviceTokens().listServiceTokens()) {
      if (token.getName().equals(name)) {
        client.serviceTokens().deleteServiceToken(token.getId(), null);
      }
    }
    return "";
  }

  private static String describe(ServiceTokensError error) {
    if (error instanceof ServiceTokensError.Refused refused) {
      return refused.status() + "\n" + refused.trackingKey() + "\n" + refused.message();
    }
    return error.message();
  }
}
