package dev.servicetokens;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

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

  @ArchTest
  static final ArchRule FEATURES_HAVE_NO_CYCLES =
      slices().matching("dev.servicetokens.(*)..").should().beFreeOfCycles();

  /** One clock, so that tests can move it. */
  @ArchTest
  static final ArchRule NOBODY_ASKS_THE_SYSTEM_FOR_THE_TIME =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");
}
