package dev.servicetokens.cli.command;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The flags that every command has. A text that is not given is empty. */
public final class GlobalFlags {

  @Option(
      names = "--url",
      scope = ScopeType.INHERIT,
      paramLabel = "string",
      description = "URL of the server, for example http://localhost:8080 (STS_CLI_URL)")
  private String url = "";

  @Option(
      names = "--service-token",
      scope = ScopeType.INHERIT,
      paramLabel = "string",
      description =
          "Service token to connect with, - reads it from standard input (STS_CLI_SERVICE_TOKEN)")
  private String serviceToken = "";

  @Option(
      names = "--service-token-file",
      scope = ScopeType.INHERIT,
      paramLabel = "file",
      description = "File that holds the service token to connect with")
  private String serviceTokenFile = "";

  @Option(
      names = "--api-token",
      scope = ScopeType.INHERIT,
      paramLabel = "string",
      description = "API token to connect with, - reads it from standard input (STS_CLI_API_TOKEN)")
  private String apiToken = "";

  @Option(
      names = {"-c", "--context"},
      scope = ScopeType.INHERIT,
      paramLabel = "string",
      description = "Name of the saved context to use (STS_CLI_CONTEXT)")
  private String context = "";

  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      paramLabel = "string",
      description = "Path of the configuration file")
  private String config = "";

  @Option(
      names = {"-o", "--output"},
      scope = ScopeType.INHERIT,
      paramLabel = "string",
      description = "Output format, text or json (default text); env for a new token")
  private OutputFormat output = OutputFormat.text;

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      description = "Write neither colours nor symbols")
  private boolean noColor;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show each request with its status and time on standard error")
  private boolean verbose;

  @Option(
      names = "--skip-ssl",
      scope = ScopeType.INHERIT,
      description = "Trust every certificate; only for tests")
  private boolean skipSsl;

  @Option(
      names = "--ca-cert-path",
      scope = ScopeType.INHERIT,
      paramLabel = "string",
      description = "Path of the CA certificate to trust")
  private String caCertPath = "";

  @Option(
      names = "--ca-cert-base64-data",
      scope = ScopeType.INHERIT,
      paramLabel = "string",
      description = "CA certificate to trust, in Base64")
  private String caCertBase64Data = "";

  @Option(
      names = {"-h", "--help"},
      scope = ScopeType.INHERIT,
      usageHelp = true,
      description = "Show this help")
  private boolean help;

  String url() {
    return url;
  }

  String serviceToken() {
    return serviceToken;
  }

  String serviceTokenFile() {
    return serviceTokenFile;
  }

  String apiToken() {
    return apiToken;
  }

  String context() {
    return context;
  }

  String config() {
    return config;
  }

  String caCertPath() {
    return caCertPath;
  }

  String caCertBase64Data() {
    return caCertBase64Data;
  }

  boolean skipSsl() {
    return skipSsl;
  }

  boolean verbose() {
    return verbose;
  }

  /** For whom to print. */
  public OutputFormat output() {
    return output;
  }

  /** Whether colours and symbols are forbidden. */
  public boolean noColor() {
    return noColor;
  }

  /** Whether a help page is asked for. */
  public boolean help() {
    return help;
  }

  /** For whom a command prints; named as the flag's values are. */
  public enum OutputFormat {
    /** For people. */
    text,
    /** For programs. */
    json,
    /** For a shell: lines that it can evaluate. Of commands that make a token. */
    env
  }
}
