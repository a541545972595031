package dev.servicetokens.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.servicetokens.access.SubjectHandle;
import dev.servicetokens.token.NewServiceToken;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rules that the contract keeps; each says what it spares its readers. */
final class ContractTest {

  private static final Path FILE = Path.of("../../api/openapi.yaml");
  private static final SwaggerParseResult PARSED = parse();
  private static final OpenAPI CONTRACT = PARSED.getOpenAPI();

  /** Named by RFC 6749, RFC 7009 and RFC 7662, but for the last, which a client of theirs reads. */
  private static final Set<String> OAUTH =
      Set.of(
          "token_type_hint",
          "client_id",
          "client_secret",
          "token_type",
          "error_description",
          "cache_ttl");

  /** A broken reference or a wrong keyword is generated into silence. */
  @Test
  void parsesWithoutAMessage() {
    assertThat(PARSED.getMessages()).isEmpty();
  }

  /** Generated methods, Swagger UI and links are named by them. */
  @Test
  void givesEachOperationAUniqueIdASummaryAndOneTag() {
    assertThat(operations()).extracting(Operation::getOperationId).doesNotHaveDuplicates();
    assertThat(operations())
        .allSatisfy(
            operation -> {
              assertThat(operation.getOperationId()).matches("[a-z][A-Za-z]+");
              assertThat(operation.getSummary()).endsWith(".");
              assertThat(operation.getTags()).hasSize(1);
            });
  }

  /** Swagger UI would send it with each "Execute", and a list would be empty for no reason. */
  @Test
  void suggestsNothingForOptionalParameters() {
    assertThat(operations())
        .flatExtracting(ContractTest::optionalParameters)
        .isNotEmpty()
        .allSatisfy(
            parameter -> {
              assertThat(parameter.getExample()).as(parameter.getName()).isNull();
              assertThat(parameter.getExamples()).as(parameter.getName()).isNull();
              assertThat(schemaOf(parameter).getExample()).as(parameter.getName()).isNull();
              assertThat(schemaOf(parameter).getExamples()).as(parameter.getName()).isNull();
            });
  }

  private static List<Parameter> optionalParameters(Operation operation) {
    return Optional.ofNullable(operation.getParameters()).orElse(List.of()).stream()
        .map(ContractTest::resolved)
        .filter(parameter -> !Boolean.TRUE.equals(parameter.getRequired()))
        .toList();
  }

  private static Parameter resolved(Parameter parameter) {
    return parameter.get$ref() == null
        ? parameter
        : PARSED
            .getOpenAPI()
            .getComponents()
            .getParameters()
            .get(parameter.get$ref().replaceFirst(".*/", ""));
  }

  private static Schema<?> schemaOf(Parameter parameter) {
    Schema<?> schema = parameter.getSchema();
    return schema.get$ref() == null
        ? schema
        : PARSED
            .getOpenAPI()
            .getComponents()
            .getSchemas()
            .get(schema.get$ref().replaceFirst(".*/", ""));
  }

  /** Every operation needs a token, can meet a bug of ours, a throttle, and miss its database. */
  @Test
  void declaresWhatEveryOperationCanAnswer() {
    assertThat(operations())
        .allSatisfy(
            operation ->
                assertThat(operation.getResponses())
                    .as(operation.getOperationId())
                    .containsKeys("400", "401", "429", "500", "503"));
  }

  /** The proxy check alone has every method, and answers whatever its caller accepts. */
  @Test
  void declaresThatMethodsAndMediaTypesAreRefused() {
    assertThat(operations())
        .filteredOn(operation -> !operation.getOperationId().equals("check"))
        .hasSizeGreaterThan(1)
        .allSatisfy(
            operation ->
                assertThat(operation.getResponses())
                    .as(operation.getOperationId())
                    .containsKeys("405", "406"));
  }

  /** A client must know that a live token may not be enough. */
  @Test
  void declares403WhereAPermissionIsNeeded() {
    assertThat(operations())
        .filteredOn(operation -> String.valueOf(operation.getDescription()).contains("ermission"))
        .isNotEmpty()
        .allSatisfy(operation -> assertThat(operation.getResponses()).containsKey("403"));
  }

  /** An undeclared field in an answer must fail the tests, and one in a request is refused. */
  @Test
  void closesEveryObject() {
    assertThat(schemas())
        .allSatisfy(
            (name, schema) -> {
              if (schema.getProperties() != null) {
                assertThat(schema.getAdditionalProperties()).as(name).isNotNull();
                assertThat(schema.getDescription()).as(name).isNotBlank();
                assertThat(schema.getProperties().keySet())
                    .allMatch(field -> isCamelCase(field) || OAUTH.contains(field));
              }
            });
  }

  /** What nobody refers to is wrong or forgotten. */
  @Test
  void usesEveryComponent() throws Exception {
    String text = Files.readString(FILE, UTF_8);
    for (String kind : List.of("schemas", "responses", "headers", "parameters")) {
      for (String name : names(kind)) {
        assertThat(
                Pattern.compile("#/components/" + kind + "/" + name + "\\b").matcher(text).find())
            .as(kind + " " + name)
            .isTrue();
      }
    }
  }

  /** The limits that people read are those that the code keeps. */
  @Test
  void statesTheLimitsThatTheCodeKeeps() {
    Map<String, Schema<?>> fields = fields("CreateServiceTokenRequest");
    assertThat(fields.get("name").getMaxLength()).isEqualTo(NewServiceToken.MAX_NAME_LENGTH);
    assertThat(fields.get("description").getMaxLength())
        .isEqualTo(NewServiceToken.MAX_DESCRIPTION_LENGTH);
    assertThat(fields.get("roles").getMaxItems()).isEqualTo(NewServiceToken.MAX_ROLES);
    assertThat(schemas().get("SubjectHandle").getMaxLength()).isEqualTo(SubjectHandle.MAX_LENGTH);
  }

  private static SwaggerParseResult parse() {
    ParseOptions options = new ParseOptions();
    options.setResolve(true);
    return new OpenAPIV3Parser().readLocation(FILE.toString(), null, options);
  }

  private static List<Operation> operations() {
    return CONTRACT.getPaths().values().stream()
        .flatMap(path -> path.readOperations().stream())
        .toList();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // The parser's model is raw.
  private static Map<String, Schema<?>> schemas() {
    return (Map<String, Schema<?>>) (Map) CONTRACT.getComponents().getSchemas();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // The parser's model is raw.
  private static Map<String, Schema<?>> fields(String schema) {
    return (Map<String, Schema<?>>) (Map) schemas().get(schema).getProperties();
  }

  private static Iterable<String> names(String kind) {
    return switch (kind) {
      case "schemas" -> schemas().keySet();
      case "responses" -> CONTRACT.getComponents().getResponses().keySet();
      case "parameters" -> CONTRACT.getComponents().getParameters().keySet();
      default -> CONTRACT.getComponents().getHeaders().keySet();
    };
  }

  private static boolean isCamelCase(Object field) {
    return field.toString().matches("_?[a-z][A-Za-z]*");
  }
}
