package dev.servicetokens.deploy;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.servicetokens.fixtures.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the API server of one version of Kubernetes accepts, Prometheus' operator and the Gateway
 * API installed; a field that it does not know is refused, too.
 */
final class KubernetesSchemas {

  private static final String BASE = "https://kubernetes.io/api/";
  private static final Map<String, String> CUSTOM =
      Map.of(
          "ServiceMonitor", "monitoring.coreos.com_servicemonitors.yaml",
          "PrometheusRule", "monitoring.coreos.com_prometheusrules.yaml",
          "HTTPRoute", "gateway.networking.k8s.io_httproutes.yaml");

  private final Path files;
  private final Path version;
  private final SchemaRegistry registry;

  private KubernetesSchemas(Path files, String version) {
    this.files = files;
    this.version = files.resolve("v" + version + "-local-strict");
    this.registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder.schemas(
                    Map.of(
                        BASE + "_definitions.json",
                        text(this.version.resolve("_definitions.json")))));
  }

  /**
   * Those of a version. Where they are missing, the test is skipped on a person's machine and fails
   * with {@code CI=true}.
   */
  static KubernetesSchemas of(String version) {
    Path files = HelmChart.fetched().resolve("schemas");
    if (!Files.isDirectory(files)) {
      String missing = "Needs the schemas that .ci/kubernetes fetches";
      return HelmChart.isRequired() ? fail(missing) : abort(missing);
    }
    return new KubernetesSchemas(files, version);
  }

  /** What is wrong with an object; empty if nothing is. */
  List<String> faults(JsonNode object) {
    return schema(object.path("kind").asText(), object.path("apiVersion").asText())
        .validate(object)
        .stream()
        .map(error -> object.path("kind").asText() + error.getInstanceLocation() + ": " + error)
        .toList();
  }

  private Schema schema(String kind, String apiVersion) {
    if (CUSTOM.containsKey(kind)) {
      return custom(files.resolve(CUSTOM.get(kind)), apiVersion);
    }
    String name =
        "%s-%s.json"
            .formatted(
                kind.toLowerCase(Locale.ROOT),
                apiVersion.replaceFirst("^([^./]*)(\\.[^/]*)?/", "$1-"));
    return registry.getSchema(
        SchemaLocation.of(BASE + name), Json.read(text(version.resolve(name))));
  }

  private Schema custom(Path file, String apiVersion) {
    JsonNode definition = HelmChart.read(text(file)).getFirst().path("spec");
    for (JsonNode each : definition.path("versions")) {
      if (apiVersion.equals(definition.path("group").asText() + "/" + each.path("name").asText())) {
        ObjectNode schema = each.at("/schema/openAPIV3Schema").deepCopy();
        schema.withObject("/properties/metadata").put("x-kubernetes-preserve-unknown-fields", true);
        refuseUnknownFields(schema);
        return registry.getSchema(schema);
      }
    }
    return fail("No version " + apiVersion + " in " + file);
  }

  /** An API server drops them without a word, which is worse than to refuse them. */
  private static void refuseUnknownFields(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && object.path("type").asText().equals("object")
        && !object.has("additionalProperties")
        && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      object.put("additionalProperties", false);
    }
    schema.forEach(KubernetesSchemas::refuseUnknownFields);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
