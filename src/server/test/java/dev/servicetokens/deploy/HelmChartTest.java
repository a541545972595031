package dev.servicetokens.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelmChartTest {

  private static final String WITHOUT_MUCH =
      HelmChart.LEAST
          + """
          replicas: 1
          networkPolicy: {enabled: true}
          serviceAccount: {create: false}
          podSecurityContext: {runAsUser: null, runAsGroup: null, fsGroup: null}
          """;

  static final Map<String, String> VALUES =
      Map.of(
          "least",
          HelmChart.LEAST,
          "everything",
          HelmChart.EVERYTHING,
          "without much",
          WITHOUT_MUCH);

  static List<HelmChart> charts() {
    return HelmChart.withEachHelm();
  }

  static Stream<Arguments> chartsAndValues() {
    return charts().stream()
        .flatMap(chart -> VALUES.keySet().stream().map(values -> Arguments.of(chart, values)));
  }

  @ParameterizedTest
  @MethodSource("chartsAndValues")
  void makesWhatEveryKubernetesAccepts(HelmChart chart, String values) {
    for (String version : List.of("1.30.0", "1.37.0")) {
      KubernetesSchemas schemas = KubernetesSchemas.of(version);
      List<JsonNode> objects = chart.objects(VALUES.get(values), version);
      assertThat(objects).hasSizeGreaterThan(2);
      assertThat(objects.stream().flatMap(object -> schemas.faults(object).stream())).isEmpty();
    }
  }

  /** The schemas are only worth something if they refuse. */
  @ParameterizedTest
  @ValueSource(strings = {"Deployment", "Ingress", "ServiceMonitor", "HTTPRoute", "NetworkPolicy"})
  void aMistakeInAnObjectIsFound(String kind) {
    KubernetesSchemas schemas = KubernetesSchemas.of("1.37.0");
    JsonNode object = HelmChart.only(HelmChart.withAnyHelm().objects(HelmChart.EVERYTHING), kind);

    ObjectNode unknown = object.deepCopy();
    unknown.withObject("/spec").put("podSelectors", "a");
    assertThat(schemas.faults(unknown)).isNotEmpty();

    ObjectNode wrong = object.deepCopy();
    wrong.put("spec", "a");
    assertThat(schemas.faults(wrong)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("chartsAndValues")
  void lintFindsNothing(HelmChart chart, String values) {
    HelmChart.Result result = chart.lint(VALUES.get(values));
    assertThat(result.status()).as(result.out() + result.err()).isZero();
    assertThat(result.out() + result.err()).doesNotContain("[WARNING]", "[ERROR]");
  }

  /** The rules of Pod Security's level "restricted", one by one. */
  @ParameterizedTest
  @MethodSource("charts")
  void thePodIsRestricted(HelmChart chart) {
    List<JsonNode> objects = chart.objects(HelmChart.LEAST);
    JsonNode pod = HelmChart.only(objects, "Deployment").at("/spec/template/spec");
    JsonNode container = HelmChart.container(objects);

    assertThat(pod.path("containers")).hasSize(1);
    assertThat(pod.has("initContainers")).isFalse();
    assertThat(Stream.of("hostNetwork", "hostPID", "hostIPC").filter(pod::has)).isEmpty();
    assertThat(pod.path("volumes"))
        .allSatisfy(volume -> assertThat(volume.has("emptyDir") || volume.has("secret")).isTrue());
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(65532);
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    JsonNode security = container.path("securityContext");
    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(security.path("privileged").asBoolean()).isFalse();
    assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(security.at("/capabilities/add").isMissingNode()).isTrue();
    assertThat(container.path("ports")).noneMatch(port -> port.has("hostPort"));

    assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
  }

  /** With a root that is read-only, these are where the server and its JVM write. */
  @Test
  void whatTheServerWritesToIsThere() {
    List<JsonNode> objects = HelmChart.withAnyHelm().objects(HelmChart.LEAST);
    assertThat(HelmChart.container(objects).findValuesAsText("mountPath"))
        .contains(variable(objects, "SERVICE_TOKENS_DATA_DIRECTORY"), "/tmp");
  }

  @ParameterizedTest
  @MethodSource("chartsAndValues")
  void noSecretIsWrittenDown(HelmChart chart, String values) {
    List<JsonNode> objects = chart.objects(VALUES.get(values));
    JsonNode container = HelmChart.container(objects);

    assertThat(objects).noneMatch(object -> object.path("kind").asText().equals("Secret"));
    assertThat(container.has("args") || container.has("command")).isFalse();
    for (JsonNode variable : container.path("env")) {
      if (variable.path("name").asText().matches(".*(PASSWORD|USERNAME|BOOTSTRAP_TOKEN)")) {
        assertThat(variable.has("value")).isFalse();
        assertThat(variable.at("/valueFrom/secretKeyRef/key").asText()).isNotEmpty();
      }
    }
  }

  /** A pod that is asked to end has left every Service before it stops to listen. */
  @ParameterizedTest
  @MethodSource("charts")
  void aNodeHasTheTimeToDrain(HelmChart chart) {
    List<JsonNode> objects = chart.objects(HelmChart.LEAST);
    JsonNode container = HelmChart.container(objects);
    int grace =
        HelmChart.only(objects, "Deployment")
            .at("/spec/template/spec/terminationGracePeriodSeconds")
            .asInt();

    assertThat(container.at("/lifecycle/preStop/sleep/seconds").asInt()).isEqualTo(5);
    assertThat(variable(objects, "SERVICE_TOKENS_DRAIN")).isEqualTo("5s");
    assertThat(grace).isGreaterThanOrEqualTo(5 + 5 + 10);

    List<JsonNode> hasty =
        chart.objects(HelmChart.LEAST + "drain: {preStopSeconds: 0, seconds: 0}");
    assertThat(HelmChart.container(hasty).has("lifecycle")).isFalse();
    assertThat(variable(hasty, "SERVICE_TOKENS_DRAIN")).isEqualTo("0s");
  }

  /** It asks for no token, so no way from outside may lead to it. */
  @ParameterizedTest
  @MethodSource("charts")
  void theManagementPortIsForTheClusterOnly(HelmChart chart) {
    List<JsonNode> objects = chart.objects(HelmChart.EVERYTHING);
    JsonNode container = HelmChart.container(objects);
    assertThat(variable(objects, "SERVICE_TOKENS_MANAGEMENT_PORT")).isEqualTo("9000");
    assertThat(container.findValues("httpGet"))
        .hasSize(3)
        .allSatisfy(probe -> assertThat(probe.path("port").asText()).isEqualTo("management"));

    List<JsonNode> services =
        objects.stream().filter(object -> object.path("kind").asText().equals("Service")).toList();
    assertThat(services).hasSize(2);
    for (JsonNode service : services) {
      assertThat(service.at("/spec/ports")).hasSize(1);
      if (service.at("/spec/ports/0/targetPort").asText().equals("management")) {
        assertThat(service.at("/spec/type").asText()).isEqualTo("ClusterIP");
      } else {
        assertThat(service.at("/spec/ports/0/targetPort").asText()).isEqualTo("http");
      }
    }
    assertThat(HelmChart.only(objects, "Ingress").at("/spec").toString())
        .doesNotContain("management", "9000");
    assertThat(HelmChart.only(objects, "HTTPRoute").at("/spec").toString())
        .doesNotContain("management", "9000");
  }

  /** An empty list of peers would let everybody in. */
  @ParameterizedTest
  @MethodSource("charts")
  void aNetworkPolicyClosesTheManagementPort(HelmChart chart) {
    JsonNode closed = HelmChart.only(chart.objects(WITHOUT_MUCH), "NetworkPolicy");
    assertThat(closed.at("/spec/ingress").toString()).doesNotContain("management");

    JsonNode opened = HelmChart.only(chart.objects(HelmChart.EVERYTHING), "NetworkPolicy");
    for (JsonNode rule : opened.at("/spec/ingress")) {
      if (rule.toString().contains("\"management\"")) {
        assertThat(rule.path("from")).hasSize(1);
      }
    }
  }

  static final List<Arguments> MISTAKES =
      List.of(
          Arguments.of("image: {repository: ''}", "image.repository is empty"),
          Arguments.of("database: {url: ''}", "database.url is empty"),
          Arguments.of("replicas: 3\ndatabase: {url: ''}", "replicas must share one"),
          Arguments.of("database: {existingSecret: ''}", "database.existingSecret is empty"),
          Arguments.of("database: {urlKey: url}", "database.url and database.urlKey"),
          Arguments.of("database: {url: 'jdbc:mysql://db/a'}", "must begin with jdbc:postgresql:"),
          Arguments.of(
              "database: {url: 'jdbc:postgresql://db/a?user=a&Password=b'}",
              "database.existingSecret"),
          Arguments.of("database: {url: 'jdbc:postgresql://a:b@db/a'}", "database.existingSecret"),
          Arguments.of("bootstrap: {roles: [a]}", "need bootstrap.existingSecret"),
          Arguments.of("bootstrap: {ttl: 1h}", "need bootstrap.existingSecret"),
          Arguments.of("management: {port: 8080}", "management.port is 8080"),
          Arguments.of("management: {port: 80}", "port"),
          Arguments.of("drain: {terminationGracePeriodSeconds: 19}", "must be 20 or more"),
          Arguments.of("drain: {seconds: 5s}", "seconds"),
          Arguments.of(
              "extraEnv: [{name: SERVICE_TOKENS_DRAIN, value: 9s}]", "sets SERVICE_TOKENS_DRAIN"),
          Arguments.of("extraEnv: [{name: A, value: a}, {name: A, value: b}]", "sets A twice"),
          Arguments.of(
              "extraEnv: [{name: FLYWAY_DATASOURCES_DEFAULT_PASSWORD, value: a}]",
              "take it from a Secret"),
          Arguments.of(
              "extraEnv: [{name: SERVICE_TOKENS_BOOTSTRAP_TOKEN, value: a}]",
              "take it from a Secret"),
          Arguments.of("extraEnv: [{name: 'A=B', value: a}]", "extraEnv"),
          Arguments.of("ingress: {enabled: true}", "ingress.hosts is empty"),
          Arguments.of("ingress: {enabled: true, hosts: ['a b']}", "hosts"),
          Arguments.of("httpRoute: {enabled: true}", "httpRoute.parentRefs is empty"),
          Arguments.of("replica: 2", "replica"),
          Arguments.of("database: {password: secret}", "password"),
          Arguments.of("tls: {certificate: a}", "certificate"),
          Arguments.of("replicas: two", "replicas"),
          Arguments.of("replicas: -1", "replicas"),
          Arguments.of("replicas: 2.5", "replicas"),
          Arguments.of("service: {type: ExternalName}", "type"),
          Arguments.of("trustedProxies: ['10.0.0.0/8,0.0.0.0/0']", "trustedProxies"),
          Arguments.of("publicUrl: ftp://a", "publicUrl"),
          Arguments.of("log: {format: xml}", "format"),
          Arguments.of("javaOptions: ['-Xmx1g -Dlogback.configurationFile=a']", "javaOptions"),
          Arguments.of("podDisruptionBudget: {maxUnavailable: 0}", "maxUnavailable"),
          Arguments.of("nameOverride: 'a/b'", "nameOverride"),
          Arguments.of("extraObjects: [{a: b}]", "extraObjects"));

  @ParameterizedTest
  @FieldSource("MISTAKES")
  void refusesAMistakeInWords(String values, String words) {
    for (HelmChart chart : charts()) {
      assertThat(chart.refusal(merged(HelmChart.LEAST, values))).contains(words);
    }
  }

  /** What a value says is data: it ends no quotes, adds no field, and is no template. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\n  privileged: true\n\"",
        "'\n---\nkind: Secret\n",
        "{{ .Release.Name }}",
        "{{ fail \"run\" }}",
        "{{- include \"check\" . }}",
        "$(DATASOURCES_DEFAULT_PASSWORD",
        "# no comment",
        "&a *a !!binary |",
        "yes",
        "0440",
        "1e3",
        "null",
        " \t ",
        "\\\" \u0007 \u2028 ü 🔑 <&>"
      })
  void aValueIsNothingButData(String text) {
    ObjectNode values = (ObjectNode) HelmChart.read(HelmChart.EVERYTHING).getFirst();
    TextNode node = TextNode.valueOf(text);
    Map<String, String> places = new LinkedHashMap<>();
    places.put("/podAnnotations", "Deployment/spec/template/metadata/annotations");
    places.put("/service/annotations", "Service/metadata/annotations");
    places.put("/serviceAccount/annotations", "ServiceAccount/metadata/annotations");
    places.put("/ingress/annotations", "Ingress/metadata/annotations");
    places.put("/httpRoute/annotations", "HTTPRoute/metadata/annotations");
    places.keySet().forEach(place -> values.withObject(place).set("example.com/a", node));
    values.withObject("/extraObjects/0/data").set("a", node);
    values.withObject("/extraEnv/0").set("value", node);
    values.withObject("/database").remove("urlKey");
    values.withObject("/database").put("url", "jdbc:postgresql://db/" + text);

    // As it is, YAML would read it as a line break.
    String written = values.toString().replace("\u2028", "\\u2028");
    for (HelmChart chart : charts()) {
      List<JsonNode> objects = chart.objects(written);
      places.forEach(
          (place, pointer) -> {
            String kind = pointer.substring(0, pointer.indexOf('/'));
            assertThat(
                    objects.stream()
                        .filter(object -> object.path("kind").asText().equals(kind))
                        .map(object -> object.at(pointer.substring(kind.length())))
                        .filter(found -> found.has("example.com/a"))
                        .map(found -> found.path("example.com/a")))
                .as(place)
                .containsExactly(node);
          });
      assertThat(objects.stream().map(object -> object.at("/data/a")).filter(JsonNode::isTextual))
          .containsExactly(node);
      assertThat(variable(objects, "SERVICE_TOKENS_AUDIT_RETENTION")).isEqualTo(text);
      assertThat(variable(objects, "DATASOURCES_DEFAULT_URL"))
          .isEqualTo("jdbc:postgresql://db/" + text);
      assertThat(objects.stream().map(object -> object.path("kind").asText()))
          .containsExactlyInAnyOrderElementsOf(
              chart.objects(HelmChart.EVERYTHING).stream()
                  .map(object -> object.path("kind").asText())
                  .toList());
    }
  }

  /**
   * The folder of the chart links to them, so that there is one of each; a package has them whole.
   */
  @Test
  void bringsTheAlertsAndTheDashboard() throws IOException {
    Path monitoring = HelmChart.FOLDER.resolveSibling("monitoring");
    List<JsonNode> objects = HelmChart.withAnyHelm().objects(HelmChart.EVERYTHING);
    JsonNode alerts = HelmChart.read(Files.readString(monitoring.resolve("alerts.yml"))).getFirst();
    assertThat(HelmChart.only(objects, "PrometheusRule").path("spec")).isEqualTo(alerts);
    assertThat(
            objects.stream()
                .map(object -> object.at("/data/service-tokens.json"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText))
        .containsExactly(Files.readString(monitoring.resolve("dashboard.json")));
  }

  /** One that is called otherwise would be down without an alert. */
  @Test
  void theAlertsKnowWhatIsScrapedByItsJob() {
    List<JsonNode> objects = HelmChart.withAnyHelm().objects(HelmChart.EVERYTHING);
    JsonNode job = HelmChart.only(objects, "ServiceMonitor").at("/spec/endpoints/0/relabelings/0");
    assertThat(job.path("targetLabel").asText()).isEqualTo("job");
    Pattern jobs = Pattern.compile("job=~\"([^\"]*)\"");
    List<String> wanted =
        HelmChart.only(objects, "PrometheusRule").findValuesAsText("expr").stream()
            .flatMap(expression -> jobs.matcher(expression).results())
            .map(found -> found.group(1))
            .toList();
    assertThat(wanted).isNotEmpty().allMatch(job.path("replacement").asText()::matches);
  }

  /** Selectors of all objects must find the pods, whatever labels a value adds. */
  @Test
  void noLabelOfAValueHidesThePods() {
    String labels = "podLabels: {app.kubernetes.io/name: other, app.kubernetes.io/instance: other}";
    List<JsonNode> objects = HelmChart.withAnyHelm().objects(HelmChart.LEAST + labels);
    JsonNode deployment = HelmChart.only(objects, "Deployment");
    JsonNode selector = deployment.at("/spec/selector/matchLabels");
    selector
        .properties()
        .forEach(
            label ->
                assertThat(deployment.at("/spec/template/metadata/labels").path(label.getKey()))
                    .isEqualTo(label.getValue()));
  }

  @Test
  void itsVersionIsThatOfTheServer() throws IOException {
    Matcher project =
        Pattern.compile("<artifactId>service-tokens</artifactId>\\s*<version>([^<-]+)")
            .matcher(Files.readString(Path.of("..", "..", "pom.xml")));
    assertThat(project.find()).isTrue();
    JsonNode chart =
        HelmChart.read(Files.readString(HelmChart.FOLDER.resolve("Chart.yaml"))).getFirst();
    assertThat(chart.path("appVersion").asText()).isEqualTo(project.group(1));
    assertThat(chart.path("version").asText()).isEqualTo(project.group(1));
  }

  /**
   * A value without a place in the schema could not be set; one of the schema alone does nothing.
   */
  @Test
  void theSchemaKnowsWhatThereIs() throws IOException {
    JsonNode values =
        HelmChart.read(Files.readString(HelmChart.FOLDER.resolve("values.yaml"))).getFirst();
    JsonNode schema =
        HelmChart.read(Files.readString(HelmChart.FOLDER.resolve("values.schema.json"))).getFirst();
    assertThat(keys(schema)).containsExactlyInAnyOrderElementsOf(keysOf(values, schema));
  }

  private static List<String> keys(JsonNode schema) {
    List<String> keys = new ArrayList<>();
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              keys.add(property.getKey());
              keys(property.getValue()).forEach(key -> keys.add(property.getKey() + "." + key));
            });
    // Helm's own, and what the values leave to Kubernetes.
    keys.removeAll(List.of("global", "resources.claims"));
    return keys;
  }

  private static List<String> keysOf(JsonNode values, JsonNode schema) {
    List<String> keys = new ArrayList<>();
    values
        .properties()
        .forEach(
            value -> {
              JsonNode own = schema.path("properties").path(value.getKey());
              keys.add(value.getKey());
              if (value.getValue().isObject() && own.has("properties")) {
                keysOf(value.getValue(), own).forEach(key -> keys.add(value.getKey() + "." + key));
              }
            });
    return keys;
  }

  private static String merged(String values, String more) {
    ObjectNode all = (ObjectNode) HelmChart.read(values).getFirst();
    HelmChart.read(more)
        .getFirst()
        .properties()
        .forEach(
            field -> {
              if (all.path(field.getKey()) instanceof ObjectNode into
                  && field.getValue() instanceof ObjectNode from) {
                into.setAll(from);
              } else {
                all.set(field.getKey(), field.getValue());
              }
            });
    return all.toString();
  }

  private static String variable(List<JsonNode> objects, String name) {
    for (JsonNode variable : HelmChart.container(objects).path("env")) {
      if (variable.path("name").asText().equals(name)) {
        return variable.path("value").asText();
      }
    }
    throw new AssertionError("No variable " + name);
  }
}
