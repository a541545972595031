package dev.servicetokens.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The chart that operators install, rendered by a real Helm. Immutable. */
public final class HelmChart {

  /** Where it is. */
  static final Path FOLDER = Path.of("..", "deploy", "helm").toAbsolutePath().normalize();

  /** The values that must be given, and no others. */
  public static final String LEAST =
      """
      image: {repository: registry.example.com/service-tokens}
      database: {url: "jdbc:postgresql://db:5432/tokens", existingSecret: tokens-db}
      """;

  /** Every value that there is, other than its default. */
  public static final String EVERYTHING =
      """
      replicas: 3
      image:
        repository: registry.example.com:5000/security/service-tokens
        digest: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
        pullPolicy: Always
        pullSecrets: [{name: registry}]
      database: {urlKey: jdbc, existingSecret: db, usernameKey: user, passwordKey: pw, migrationSecret: owner}
      bootstrap: {existingSecret: first, key: value, roles: [stackstate-admin, ops], ttl: 90m}
      tls: {existingSecret: tls}
      publicUrl: https://tokens.example.com/sub
      trustedProxies: [10.0.0.0/8, "fd00::/8", 192.0.2.7]
      log: {format: text, level: warn}
      drain: {preStopSeconds: 0, seconds: 30, terminationGracePeriodSeconds: 120}
      javaOptions: [-Xmx1g, -XX:+UseZGC]
      extraEnv:
        - {name: SERVICE_TOKENS_AUDIT_RETENTION, value: 90d}
        - {name: SERVICE_TOKENS_ROLES_CI_PERMISSIONS, value: get-views}
      extraVolumes: [{name: ca, configMap: {name: database-ca}}]
      extraVolumeMounts: [{name: ca, mountPath: /etc/ca, readOnly: true}]
      resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 2Gi}}
      service: {type: LoadBalancer, port: 443, annotations: {example.com/internal: "true"}}
      management: {port: 9000}
      ingress:
        enabled: true
        className: nginx
        annotations: {example.com/protocol: HTTPS}
        hosts: [tokens.example.com, tokens.example.org]
        path: /sub
        tls: [{secretName: web, hosts: [tokens.example.com]}]
      httpRoute:
        enabled: true
        annotations: {example.com/a: b}
        parentRefs: [{name: gateway, namespace: gateways, sectionName: https}]
        hostnames: ["*.example.com"]
        path: /sub
      networkPolicy:
        enabled: true
        clients: [{namespaceSelector: {}}]
        monitoring: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
        database: [{ipBlock: {cidr: 10.1.2.0/24}}]
        databasePort: 6432
        extraEgress: [{to: [{ipBlock: {cidr: 10.9.0.0/16}}]}]
      podDisruptionBudget: {enabled: true, maxUnavailable: 50%}
      serviceMonitor: {enabled: true, labels: {release: prometheus}, interval: 15s, scrapeTimeout: 5s}
      prometheusRule: {enabled: true, labels: {release: prometheus}}
      dashboard: {enabled: true, labels: {grafana_dashboard: "1"}, annotations: {example.com/folder: Security}}
      serviceAccount: {create: true, name: tokens, annotations: {example.com/a: b}}
      nameOverride: svctok
      fullnameOverride: svctok-prod
      podAnnotations: {example.com/a: b}
      podLabels: {team: security}
      priorityClassName: high
      nodeSelector: {kubernetes.io/arch: amd64}
      tolerations: [{key: dedicated, operator: Exists, effect: NoSchedule}]
      affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}
      extraObjects:
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: mine}, data: {a: b}}
      """;

  private static final Path FETCH = Path.of("..", "..", ".ci", "kubernetes");
  private static final YAMLMapper YAML = new YAMLMapper();

  private final Path helm;

  private HelmChart(Path helm) {
    this.helm = helm;
  }

  /**
   * With each version of Helm that is tested: 3 and 4, as {@code .ci/kubernetes} has fetched them,
   * else what is on the path. Where there is none, the test is skipped on a person's machine and
   * fails with {@code CI=true}.
   */
  public static List<HelmChart> withEachHelm() {
    Path fetched = fetched().resolve("bin");
    List<Path> helms =
        Stream.concat(
                Stream.of(fetched.resolve("helm3"), fetched.resolve("helm4")),
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, "helm")))
            .filter(Files::isExecutable)
            .toList();
    if (helms.isEmpty()) {
      String missing = "Needs helm on the path, or what .ci/kubernetes fetches";
      return isRequired() ? fail(missing) : abort(missing);
    }
    return helms.stream().limit(2).map(HelmChart::new).toList();
  }

  /** The folder of what {@code .ci/kubernetes} fetches; with {@code CI=true} it does so now. */
  static Path fetched() {
    return Fetched.FOLDER;
  }

  /** Whether a test must not be skipped. */
  static boolean isRequired() {
    return Boolean.parseBoolean(System.getenv("CI"));
  }

  /** The first of them, for what no version of Helm decides. */
  public static HelmChart withAnyHelm() {
    return withEachHelm().getFirst();
  }

  private static final class Fetched {
    static final Path FOLDER = find();

    private static Path find() {
      Result result = run(List.of("bash", FETCH.toString(), isRequired() ? "fetch" : "where"));
      assertThat(result.status()).as(result.err()).isZero();
      return Path.of(result.out().strip());
    }
  }

  /**
   * How a program has ended.
   *
   * @param out what it has written to its standard output
   * @param err the same of its standard error
   */
  record Result(int status, String out, String err) {}

  /** The objects that Kubernetes is given with these values. */
  public List<JsonNode> objects(String values) {
    return objects(values, "1.37.0");
  }

  /** The same for a cluster of that version. */
  List<JsonNode> objects(String values, String kubernetes) {
    Result result = template(values, kubernetes);
    assertThat(result.status()).as(result.err()).isZero();
    return read(result.out());
  }

  /** Why these values are refused; fails if they are not. */
  String refusal(String values) {
    Result result = template(values, "1.37.0");
    assertThat(result.status()).as(result.out()).isNotZero();
    assertThat(result.out()).isEmpty();
    return result.err();
  }

  private Result template(String values, String kubernetes) {
    return run(
        "template",
        "tokens",
        FOLDER.toString(),
        "--namespace=security",
        "--kube-version=" + kubernetes,
        "--values=" + file(values));
  }

  /** What Helm's own examination says of it with these values. */
  Result lint(String values) {
    return run(
        "lint", "--strict", "--kube-version=1.37.0", FOLDER.toString(), "--values=" + file(values));
  }

  private Result run(String... arguments) {
    List<String> command = new ArrayList<>(List.of(helm.toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static Result run(List<String> command) {
    try {
      Path out = Files.createTempFile("helm", ".out");
      Path err = Files.createTempFile("helm", ".err");
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      process.getOutputStream().close();
      Result result = new Result(process.waitFor(), Files.readString(out), Files.readString(err));
      Files.delete(out);
      Files.delete(err);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path file(String values) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      file.toFile().deleteOnExit();
      return Files.writeString(file, values, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All documents of a YAML text but empty ones. */
  static List<JsonNode> read(String yaml) {
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(yaml)) {
      return documents.readAll().stream().filter(JsonNode::isObject).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one object of that kind. */
  public static JsonNode only(List<JsonNode> objects, String kind) {
    List<JsonNode> found =
        objects.stream().filter(object -> object.path("kind").asText().equals(kind)).toList();
    assertThat(found).as(kind).hasSize(1);
    return found.getFirst();
  }

  /** The server's container. */
  public static JsonNode container(List<JsonNode> objects) {
    return only(objects, "Deployment").at("/spec/template/spec/containers/0");
  }

  /** What a container is told with these values; a Secret says what is its key's name. */
  public Map<String, String> variables(String values) {
    Map<String, String> variables = new HashMap<>();
    for (JsonNode variable : container(objects(values)).path("env")) {
      JsonNode secret = variable.at("/valueFrom/secretKeyRef/key");
      variables.put(
          variable.path("name").asText(),
          (secret.isMissingNode() ? variable.path("value") : secret).asText());
    }
    return variables;
  }

  @Override
  public String toString() {
    return helm.getFileName().toString();
  }
}
