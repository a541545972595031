package dev.servicetokens.startup;

import java.util.regex.Pattern;

/**
 * A variable that describes a Kubernetes Service. Kubernetes puts some into every container for
 * each Service of the namespace, and one that is called {@code service-tokens}, or begins so, has
 * names that look like settings of ours.
 */
final class ServiceLink {
  private static final Pattern PREFIX =
      Pattern.compile("(SERVICE_TOKENS|DATASOURCES|MICRONAUT)_.*");
  private static final Pattern HOST =
      Pattern.compile(".*_SERVICE_HOST|.*_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");
  private static final Pattern PORT = Pattern.compile(".*_SERVICE_PORT(_.+)?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final Pattern ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private ServiceLink() {}

  /** Whether the variable is one. */
  static boolean is(String name, String value) {
    return PREFIX.matcher(name).matches()
        && (HOST.matcher(name).matches()
            || (PORT.matcher(name).matches() && NUMBER.matcher(value).matches())
            || (name.endsWith("_PORT") && isAddress(value)));
  }

  /** Whether a value is such a Service's address, which is the value of no setting. */
  static boolean isAddress(String value) {
    return ADDRESS.matcher(value).matches();
  }
}
