package dev.servicetokens.cli.config;

/**
 * Where a server is and how to reach it, as one source (flags, variables or a context of the file)
 * says it. A text that the source does not give is empty, never null.
 *
 * @param apiToken a token sent as {@code X-API-Token}
 * @param serviceToken a token sent as {@code X-API-Key}
 * @param caCertPath a file with the certificates to trust
 * @param caCertBase64Data the content of such a file in Base64
 */
public record Settings(
    String url,
    String apiToken,
    String serviceToken,
    String apiPath,
    boolean skipSsl,
    String caCertPath,
    String caCertBase64Data) {

  /** Says nothing but the path of the API. */
  public static Settings ofApiPath(String apiPath) {
    return new Settings("", "", "", apiPath, false, "", "");
  }

  /** Whether both kinds of token are given. */
  public boolean hasTwoTokens() {
    return !apiToken.isEmpty() && !serviceToken.isEmpty();
  }

  /** Whether a token is given. */
  public boolean hasToken() {
    return !apiToken.isEmpty() || !serviceToken.isEmpty();
  }

  /**
   * These settings, and where they say nothing, those of a weaker source. A token of either kind
   * hides the weaker source's token, and a certificate its certificate.
   */
  public Settings over(Settings weaker) {
    boolean ownToken = hasToken();
    boolean ownCertificate = !caCertPath.isEmpty() || !caCertBase64Data.isEmpty();
    return new Settings(
        first(url, weaker.url),
        ownToken ? apiToken : weaker.apiToken,
        ownToken ? serviceToken : weaker.serviceToken,
        first(apiPath, weaker.apiPath),
        skipSsl || weaker.skipSsl,
        ownCertificate ? caCertPath : weaker.caCertPath,
        ownCertificate ? caCertBase64Data : weaker.caCertBase64Data);
  }

  static String first(String strong, String weak) {
    return strong.isEmpty() ? weak : strong;
  }

  /** Names the server, never the token. */
  @Override
  public String toString() {
    return "Settings[url=" + url + ", apiPath=" + apiPath + "]";
  }
}
