package dev.servicetokens;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.core.domain.properties.HasParameterTypes.Predicates.rawParameterTypes;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.servicetokens.access.ActorChanges;
import dev.servicetokens.access.Commits;
import dev.servicetokens.startup.Settings;
import dev.servicetokens.startup.StartRefusal;
import dev.servicetokens.token.UnusedTokens;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/** Holds dependencies in the directions that were decided. */
@AnalyzeClasses(packages = "dev.servicetokens", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

  /** A domain that knew its adapters could not be read or tested without them. */
  @ArchTest
  static final ArchRule NOTHING_DEPENDS_ON_ADAPTERS =
      noClasses()
          .that()
          .resideOutsideOfPackages("..http..", "..jdbc..")
          .should()
          .dependOnClassesThat(
              are(resideInAnyPackage("dev.servicetokens..http..", "dev.servicetokens..jdbc..")));

  /** Wire types are mutable and belong to the generator. */
  @ArchTest
  static final ArchRule GENERATED_TYPES_STAY_IN_HTTP =
      noClasses()
          .that()
          .resideOutsideOfPackages("..http..", "dev.servicetokens.generated..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.servicetokens.generated..");

  @ArchTest
  static final ArchRule ONLY_JDBC_AND_DATABASE_KNOW_SQL =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "..jdbc..", "dev.servicetokens.database..", "dev.servicetokens.startup..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..", "javax.sql..", "org.postgresql..", "io.micronaut.data..");

  /** Which room asks which, besides what every room may ask. */
  private static final Map<String, Set<String>> ROOMS =
      Map.ofEntries(
          // A list tells a lost database from another fault; TLS reads files that settings name.
          entry("web", Set.of("database", "startup")),
          entry("authentication", Set.of("verification", "token", "access", "audit", "web")),
          entry("verification", Set.of("cluster", "token", "access", "audit")),
          entry("cluster", Set.of("token", "access")),
          entry("token", Set.of("access", "audit")),
          entry("access", Set.of("audit")),
          entry("audit", Set.of()),
          entry("bootstrap", Set.of("cluster", "token", "access", "audit", "database", "startup")),
          entry("database", Set.of("startup")),
          entry("metrics", Set.of("web", "verification", "token", "audit")),
          entry("startup", Set.of()),
          entry("text", Set.of()),
          entry("log", Set.of()),
          entry(
              "error", // Names the exceptions of all of them.
              Set.of(
                  "web",
                  "authentication",
                  "verification",
                  "cluster",
                  "token",
                  "access",
                  "audit",
                  "database")));

  /** A room that asks any other can be read only after all of them. */
  @ArchTest
  static final ArchRule ROOMS_ASK_WHOM_THEY_MAY =
      classes()
          .that()
          .resideOutsideOfPackages("dev.servicetokens", "dev.servicetokens.generated..")
          .should(
              new ArchCondition<>("ask only the rooms that the table names") {
                @Override
                public void check(JavaClass asking, ConditionEvents events) {
                  asking.getDirectDependenciesFromSelf().stream()
                      .filter(dependency -> !mayAsk(asking, dependency.getTargetClass()))
                      .forEach(
                          dependency ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      asking, dependency.getDescription())));
                }
              });

  private static boolean mayAsk(JavaClass asking, JavaClass asked) {
    String from = room(asking);
    String to = room(asked);
    return to.isEmpty()
        || to.equals(from)
        || Set.of("text", "log").contains(to)
        || asked.isEquivalentTo(StartRefusal.class)
        || asked.isEquivalentTo(Settings.class)
        || (asking.getPackageName().contains(".http") && Set.of("web", "generated").contains(to))
        || (asking.getPackageName().contains(".jdbc") && to.equals("database"))
        || ROOMS.getOrDefault(from, Set.of()).contains(to);
  }

  /** The first package below ours; empty for what is in none. */
  private static String room(JavaClass type) {
    String[] names = type.getBaseComponentType().getPackageName().split("\\.");
    boolean isOurs = type.getBaseComponentType().getPackageName().startsWith("dev.servicetokens.");
    return isOurs ? names[2] : "";
  }

  @ArchTest
  static final ArchRule FEATURES_HAVE_NO_CYCLES =
      slices().matching("dev.servicetokens.(*)..").should().beFreeOfCycles();

  /** What somebody asks for goes the way on which it is asked again whether they may. */
  @ArchTest
  static final ArchRule CHANGES_OF_ACTORS_ARE_COMMITTED_IN_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.servicetokens.cluster..", // Implements them.
              "dev.servicetokens.bootstrap..") // The server acts by itself.
          .and()
          .doNotHaveFullyQualifiedName(ActorChanges.class.getName())
          .and()
          .doNotHaveFullyQualifiedName(UnusedTokens.class.getName()) // The server acts by itself.
          .should()
          .callMethodWhere(target(owner(type(Commits.class))));

  /** Each adapter talks to the domain, never to another adapter. */
  @ArchTest
  static final ArchRule HTTP_AND_JDBC_DO_NOT_KNOW_EACH_OTHER =
      slices()
          .matching("dev.servicetokens.*.(http|jdbc)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(resideInAPackage("..http.."), resideInAPackage("..http.."));

  /** What tokens and permissions are does not depend on how they are asked for. */
  @ArchTest
  static final ArchRule DOMAIN_KNOWS_TRANSACTIONS_AND_NO_MORE_OF_THE_FRAMEWORK =
      classes()
          .that()
          .resideInAnyPackage(
              "dev.servicetokens.access",
              "dev.servicetokens.audit",
              "dev.servicetokens.token",
              "dev.servicetokens.text")
          .and()
          .haveNameNotMatching(".*[.][$].*") // What the annotation processors make.
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..",
                  "inet.ipaddr..", // Reads addresses and blocks of them.
                  "dev.servicetokens..",
                  "jakarta.inject..",
                  "org.jspecify..",
                  "org.slf4j..",
                  "io.micronaut.transaction.."));

  /** One clock, so that tests can move it. The SDK has no beans, and so a port of its own. */
  @ArchTest
  static final ArchRule NOBODY_ASKS_THE_SYSTEM_FOR_THE_TIME =
      noClasses()
          .that()
          .doNotHaveSimpleName("ClockFactory")
          .and()
          .resideOutsideOfPackage("dev.servicetokens.client..")
          .should()
          .callMethodWhere(
              target(nameMatching("now"))
                  .and(target(rawParameterTypes(new Class<?>[0])))
                  .and(target(owner(resideInAPackage("java.time..")))))
          .orShould()
          .callMethodWhere(target(nameMatching("system.*")).and(target(owner(type(Clock.class)))))
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  /** A hop to another thread costs a verification more than the verification. */
  @ArchTest
  static final ArchRule VERIFICATIONS_STAY_ON_THE_EVENT_LOOP =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.servicetokens.web.http",
              "dev.servicetokens.authentication.http",
              "dev.servicetokens.verification.http")
          .should()
          .dependOnClassesThat(type(ExecuteOn.class));

  @ArchTest
  static final ArchRule NOTHING_IS_INJECTED_INTO_FIELDS = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

  /** Standard output and error belong to the program; everything else logs. */
  @ArchTest
  static final ArchRule ONLY_THE_PROGRAM_PRINTS =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.servicetokens")
          .should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule NAMES_SAY_SOMETHING =
      noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager|Impl)");
}
