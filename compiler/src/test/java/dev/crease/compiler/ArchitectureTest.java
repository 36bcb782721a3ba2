package dev.crease.compiler;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.GeneralCodingRules;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.op.Operators;
import dev.crease.runtime.Tensor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The walls of the house: which room may know which.
class ArchitectureTest {
  private static final String COMPILER = "dev.crease.compiler";
  private static final String RUNTIME = "dev.crease.runtime";

  /// Fewer classes than this mean that the rules below look at nothing.
  private static final int LEAST_CLASSES = 500;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrls(List.of(locationOf(Graph.class), locationOf(Tensor.class)));

  /// The compiler's rooms, each with the packages it is made of (subpackages included) and the
  /// rooms it may know.
  private enum Room {
    ERRORS("", ""),
    IR("ir", "ERRORS"),
    OP("op", "ERRORS IR"),
    ONNX("frontend.onnx", "ERRORS IR OP FRONTEND"),
    DSL("frontend.dsl", "ERRORS IR OP FRONTEND"),
    FRONTEND("frontend", "ERRORS IR OP"),
    VERIFY("verify", "ERRORS IR OP"),
    LINT("lint", "ERRORS IR OP"),
    PLAN("plan", "ERRORS IR OP"),
    PASS("pass", "ERRORS IR OP DSL VERIFY PLAN"),
    PROVENANCE("provenance", "ERRORS IR OP PASS"),
    FACADE("", "ERRORS IR OP ONNX DSL FRONTEND VERIFY PLAN PASS PROVENANCE"),
    CLI("cli", "ERRORS IR OP ONNX DSL FRONTEND VERIFY LINT PLAN PASS PROVENANCE FACADE");

    private final String folder;
    private final Set<String> known;

    Room(String folder, String known) {
      this.folder = folder;
      this.known = Set.of(known.split(" "));
    }

    boolean mayKnow(Room other) {
      return other == this || known.contains(other.name());
    }

    /// The room of a class of the compiler. The exceptions, which every room throws, and the face
    /// of the compiler share one package.
    static Optional<Room> of(JavaClass type) {
      String name = type.getPackageName();
      if (name.equals(COMPILER)) {
        return Optional.of(type.isAssignableTo(RuntimeException.class) ? ERRORS : FACADE);
      }
      return Arrays.stream(values())
          .filter(room -> !room.folder.isEmpty())
          .filter(room -> (name + ".").startsWith(COMPILER + "." + room.folder + "."))
          .findFirst();
    }
  }

  @Test
  void rulesLookAtTheWholeHouse() {
    assertThat(CLASSES.size()).isGreaterThan(LEAST_CLASSES);
    for (String each : List.of(RUNTIME + ".plan", RUNTIME + ".kernel", COMPILER + ".ir")) {
      assertThat(CLASSES.containPackage(each)).as(each).isTrue();
    }
  }

  @Test
  void runtimeKnowsNothingButTheJdk() {
    noClasses()
        .that()
        .resideInAPackage(RUNTIME + "..")
        .should()
        .dependOnClassesThat(
            resideOutsideOfPackages(RUNTIME + "..", "java..", "jdk.incubator.vector.."))
        .check(CLASSES);
  }

  @Test
  void runtimeNeedsTwoModulesOfTheJdk() throws URISyntaxException {
    StringWriter out = new StringWriter();
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    String runtime = Path.of(locationOf(Tensor.class).toURI()).toString();
    int code = jdeps.run(new PrintWriter(out), new PrintWriter(out), "-s", runtime);
    assertThat(code).as(out.toString()).isZero();
    assertThat(out.toString().lines().map(line -> line.replaceFirst(".* -> ", "")))
        .containsExactlyInAnyOrder("java.base", "jdk.incubator.vector");
  }

  @Test
  void planAndKernelsAreIndependentOfTheExecutor() {
    noClasses()
        .that()
        .resideInAnyPackage(RUNTIME + ".plan..", RUNTIME + ".kernel..", RUNTIME + ".roofline..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(RUNTIME + ".exec..")
        .check(CLASSES);
  }

  @Test
  void librariesStayInTheirRooms() {
    onlyIn("frontend.onnx", "com.google.protobuf..", "dev.crease.grammar.onnx..");
    onlyIn("frontend.dsl", "org.antlr..", "dev.crease.grammar.text..");
    onlyIn(
        "cli",
        "picocli..",
        "me.tongfei..",
        "com.google.gson..",
        "java.awt..",
        "javax..",
        "jdk.jfr..");
  }

  private static void onlyIn(String room, String... libraries) {
    noClasses()
        .that()
        .resideOutsideOfPackage(COMPILER + "." + room + "..")
        .should()
        .dependOnClassesThat(resideInAnyPackage(libraries))
        .check(CLASSES);
  }

  @Test
  void everyClassOfTheCompilerIsInARoom() {
    assertThat(CLASSES)
        .filteredOn(type -> type.getPackageName().startsWith(COMPILER))
        .allSatisfy(type -> assertThat(Room.of(type)).as(type.getName()).isPresent());
  }

  @Test
  void roomsKnowOnlyRoomsBeforeThem() {
    Set<String> violations = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        Optional<Room> from = Room.of(type);
        Optional<Room> to = Room.of(dependency.getTargetClass().getBaseComponentType());
        if (from.isPresent() && to.isPresent() && !from.get().mayKnow(to.get())) {
          violations.add(
              from.get() + " must not know " + to.get() + ": " + dependency.getDescription());
        }
      }
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void referenceSharesNothingWithWhatItJudges() {
    noClasses()
        .that()
        .resideInAPackage(COMPILER + ".verify..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(RUNTIME + ".plan..", RUNTIME + ".kernel..", RUNTIME + ".exec..")
        .check(CLASSES);
  }

  /// Certificates know operators by their names, attributes and parts. What else operators can do,
  /// such as telling what a Slice takes, is what passes decide by.
  @Test
  void certificatesReadTheSpecificationThemselves() {
    Set<String> violations = new TreeSet<>();
    CLASSES.stream()
        .filter(type -> type.getPackageName().equals(COMPILER + ".verify.certificate"))
        .flatMap(
            type ->
                Stream.concat(
                    type.getMethodCallsFromSelf().stream(),
                    type.getMethodReferencesFromSelf().stream()))
        .filter(access -> access.getTargetOwner().getPackageName().startsWith(COMPILER + ".op"))
        .filter(access -> !isLookUp(access.getTarget()))
        .forEach(access -> violations.add(access.getDescription()));
    assertThat(violations).isEmpty();
  }

  /// Whether a method gives a part of a record, the values of an enum, or an operator by its name.
  private static boolean isLookUp(AccessTarget.CodeUnitAccessTarget method) {
    JavaClass owner = method.getOwner();
    boolean part =
        owner.tryGetField(method.getName()).isPresent() && method.getRawParameterTypes().isEmpty();
    return part
        || owner.isEnum()
        || (owner.isEquivalentTo(Operators.class) && method.getName().equals("find"));
  }

  @Test
  void onlyProgramsPrint() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(
        CLASSES.that(resideOutsideOfPackages(COMPILER + ".cli..", RUNTIME + ".launch..")));
  }

  /// The folder of classes, or the jar, that a type was loaded from.
  private static URL locationOf(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }
}
