package dev.servicetokens.cli.server;

/** Names HTTP statuses: HTTP/2 has no names any more, and Java's client shows none. */
final class StatusLine {

  private StatusLine() {}

  static String of(int status) {
    String name =
        switch (status) {
          case 301 -> "Moved Permanently";
          case 302 -> "Found";
          case 307 -> "Temporary Redirect";
          case 308 -> "Permanent Redirect";
          case 400 -> "Bad Request";
          case 401 -> "Unauthorized";
          case 403 -> "Forbidden";
          case 404 -> "Not Found";
          case 405 -> "Method Not Allowed";
          case 409 -> "Conflict";
          case 413 -> "Request Entity Too Large";
          case 415 -> "Unsupported Media Type";
          case 429 -> "Too Many Requests";
          case 500 -> "Internal Server Error";
          case 502 -> "Bad Gateway";
          case 503 -> "Service Unavailable";
          case 504 -> "Gateway Timeout";
          default -> "";
        };
    return (status + " " + name).strip();
  }
}
