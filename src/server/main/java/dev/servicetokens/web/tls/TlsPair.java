package dev.servicetokens.web.tls;

import dev.servicetokens.startup.StartRefusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A certificate, those that signed it, and its private key, which belong together. Immutable.
 *
 * @param key never shown
 * @param chain the server's own certificate first
 */
record TlsPair(PrivateKey key, List<X509Certificate> chain) {

  private static final int LEAST_RSA_BITS = 2048;
  private static final Duration SOON = Duration.ofDays(14);
  private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

  /** RFC 5280, section 4.2.1.6. */
  private static final int DNS_NAME = 2;

  private static final int IP_ADDRESS = 7;

  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;

  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Copies the list. */
  TlsPair {
    chain = List.copyOf(chain);
  }

  /**
   * Reads a pair and checks that a server can use it at that time.
   *
   * @throws StartRefusal if it cannot
   */
  static TlsPair of(PemFiles files, Instant now) {
    List<X509Certificate> chain = certificates(files.certificate());
    X509Certificate own = chain.getFirst();
    requireTime(own, now);
    PrivateKey key = key(files.key(), own.getPublicKey());
    if (!belong(key, own.getPublicKey())) {
      throw otherKey();
    }
    return new TlsPair(key, chain);
  }

  private static List<X509Certificate> certificates(String text) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (PemFiles.Block block : PemFiles.blocks(text)) {
        if (block.label().equals("CERTIFICATE")) {
          Certificate certificate =
              factory.generateCertificate(new ByteArrayInputStream(block.bytes()));
          certificates.add((X509Certificate) certificate);
        }
      }
    } catch (CertificateException _) {
      throw new StartRefusal(
          TlsConfiguration.CERTIFICATE + " names a file with a broken certificate: write it anew");
    }
    if (certificates.isEmpty()) {
      throw new StartRefusal(
          TlsConfiguration.CERTIFICATE
              + " names a file without a certificate: it must have one in PEM, which begins with"
              + " -----BEGIN CERTIFICATE-----");
    }
    return certificates;
  }

  private static void requireTime(X509Certificate own, Instant now) {
    if (now.isAfter(own.getNotAfter().toInstant())) {
      throw new StartRefusal(
          "%s names a certificate that ended on %s: renew it"
              .formatted(TlsConfiguration.CERTIFICATE, UTC.format(own.getNotAfter().toInstant())));
    }
    if (now.isBefore(own.getNotBefore().toInstant())) {
      throw new StartRefusal(
          "%s names a certificate that begins on %s only: wait for that, or set this machine's clock"
              .formatted(TlsConfiguration.CERTIFICATE, UTC.format(own.getNotBefore().toInstant())));
    }
  }

  private static PrivateKey key(String text, PublicKey own) {
    for (PemFiles.Block block : PemFiles.blocks(text)) {
      if (block.isEncrypted()) {
        throw new StartRefusal(
            TlsConfiguration.KEY
                + " names a key that is encrypted, which nobody could open when the server"
                + " restarts: write it without a passphrase (openssl pkey -in KEY -out NEW),"
                + " readable by this user only");
      }
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return key(block.bytes(), own);
        }
        // The older forms (RFC 8017, appendix A.1.2, and RFC 5915) are what stands inside the
        // newer one, which adds the algorithm; a certificate has it in the same words.
        case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {
          return key(
              der(
                  SEQUENCE,
                  new byte[] {INTEGER, 1, 0},
                  algorithm(own),
                  der(OCTET_STRING, block.bytes())),
              own);
        }
        default -> {} // Parameters of a curve, or certificates beside it.
      }
    }
    throw new StartRefusal(
        TlsConfiguration.KEY
            + " names a file without a private key: it must have one in PEM, which begins with"
            + " -----BEGIN PRIVATE KEY-----");
  }

  private static PrivateKey key(byte[] pkcs8, PublicKey own) {
    try {
      return KeyFactory.getInstance(own.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException _) {
      throw otherKey();
    }
  }

  private static StartRefusal otherKey() {
    return new StartRefusal(
        "%s names a key that does not belong to the certificate of %s, or a broken one: write both files anew, from one request"
            .formatted(TlsConfiguration.KEY, TlsConfiguration.CERTIFICATE));
  }

  /** Whether the one key verifies what the other has signed. */
  private static boolean belong(PrivateKey secret, PublicKey open) {
    if (open instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
      throw new StartRefusal(
          "%s names an RSA key of %d bits, which clients refuse: make one of %d bits, or an EC key"
              .formatted(TlsConfiguration.KEY, rsa.getModulus().bitLength(), LEAST_RSA_BITS));
    }
    String algorithm =
        switch (open.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "EdDSA" -> "EdDSA";
          default ->
              throw new StartRefusal(
                  "%s names a key of a kind that is not known (%s): take RSA, EC or Ed25519"
                      .formatted(TlsConfiguration.KEY, open.getAlgorithm()));
        };
    byte[] message = {1};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(secret);
      signature.update(message);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(message);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  /** The first element of a public key's encoding: its algorithm (RFC 5280, section 4.1). */
  private static byte[] algorithm(PublicKey key) {
    byte[] encoded = key.getEncoded();
    int begin = content(encoded, 0);
    int end = content(encoded, begin) + length(encoded, begin);
    return Arrays.copyOfRange(encoded, begin, end);
  }

  private static int content(byte[] der, int at) {
    return at + 2 + (der[at + 1] < 0 ? der[at + 1] & 0x7F : 0);
  }

  private static int length(byte[] der, int at) {
    int length = 0;
    for (int i = content(der, at) - (der[at + 1] & 0x7F);
        der[at + 1] < 0 && i < content(der, at);
        i++) {
      length = (length << 8) | (der[i] & 0xFF);
    }
    return der[at + 1] < 0 ? length : der[at + 1];
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      out.write(0x83); // Three bytes of length follow, as many as any file of ours needs.
      out.write(length >> 16);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** In the form in which the framework takes it: a store in memory, without a password. */
  KeyStore keyStore() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, new char[0], chain.toArray(Certificate[]::new));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** When it ends. */
  Instant end() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /** The names and addresses that it is for, which is all that clients look at (RFC 9525). */
  List<String> names() {
    try {
      return Optional.ofNullable(chain.getFirst().getSubjectAlternativeNames()).stream()
          .flatMap(Collection::stream)
          .filter(name -> name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))
          .map(name -> name.get(1).toString().replaceAll("[^A-Za-z0-9.*:_-]", "?"))
          .toList();
    } catch (CertificateException _) {
      return List.of();
    }
  }

  /** One line for people: what it is for, and until when. */
  String description() {
    return "%s, ends %s"
        .formatted(names().isEmpty() ? "no names" : String.join(", ", names()), UTC.format(end()));
  }

  /** Whether it ends so soon that somebody should renew it. */
  boolean endsSoon(Instant now) {
    return now.plus(SOON).isAfter(end());
  }

  /** What works but will trouble somebody, each with what to do. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    X509Certificate own = chain.getFirst();
    if (names().isEmpty()) {
      warnings.add(
          "The TLS certificate has no subjectAltName, so that no client accepts it: make one with"
              + " the server's names");
    }
    try {
      List<String> purposes = own.getExtendedKeyUsage();
      if (purposes != null && !purposes.contains(SERVER_AUTHENTICATION)) {
        warnings.add(
            "The TLS certificate is not for servers (its extendedKeyUsage lacks serverAuth), so"
                + " that clients refuse it: make one that is");
      }
    } catch (CertificateException _) {
      // It has been used to check a key, so that this is all that is odd about it.
    }
    for (int i = 0; i + 1 < chain.size(); i++) {
      if (!chain
          .get(i)
          .getIssuerX500Principal()
          .equals(chain.get(i + 1).getSubjectX500Principal())) {
        warnings.add(
            "%s names a file whose certificates are not in order, which some clients refuse: the server's own comes first, then the one that signed it, and so on"
                .formatted(TlsConfiguration.CERTIFICATE));
        break;
      }
    }
    return warnings;
  }

  /** Names nothing of the key. */
  @Override
  public String toString() {
    return "TlsPair[" + description() + "]";
  }
}
