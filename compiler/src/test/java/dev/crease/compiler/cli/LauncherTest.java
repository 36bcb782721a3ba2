package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The launcher `crease` and what it shares with others, in a project of empty sources, with a JDK
/// and a Maven that only say how they were called. Every path holds a space.
@Timeout(120)
class LauncherTest {
  private static final Path ROOT = Path.of("..");
  private static final Path BASH = Path.of("/bin/bash");
  private static final String COMMON = "compiler/src/main/bash/launch.sh";

  /// Ends when the last writer of standard error does: the filter there may outlive the program.
  private static final String WAITING = "\"$@\" 2>&1 >\"$0\" | cat >&2; exit ${PIPESTATUS[0]}";

  @TempDir Path folder;

  private Path project;
  private Path jdk;
  private Path commands;

  private record Run(int code, String out, String err) {}

  @BeforeEach
  void makeProject() throws IOException {
    assumeTrue(Files.isExecutable(BASH), "there is no bash, so no launcher is run");
    project = Files.createDirectories(folder.resolve("my project"));
    copy("crease");
    copy(COMMON);
    for (String module : List.of("grammar", "runtime", "compiler", "samples", "samples/demo")) {
      write(project.resolve(module).resolve("pom.xml"), "");
      write(project.resolve(module).resolve("src/main/A.java"), "");
    }
    write(project.resolve("pom.xml"), "");
    jdk = jdk("a jdk", "25.0.1");
    commands = folder.resolve("my commands");
    script(
        commands.resolve("mvn"),
        """
        echo "$@" >>"$(dirname "$0")/builds"
        mkdir -p compiler/target/lib
        touch compiler/target/lib/library.jar compiler/target/crease-compiler-1.jar
        """);
  }

  private void copy(String file) throws IOException {
    Path target = project.resolve(file);
    Files.createDirectories(target.getParent());
    Files.copy(ROOT.resolve(file), target);
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static void script(Path file, String text) throws IOException {
    write(file, "#!/bin/bash\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    write(home.resolve("release"), "IMPLEMENTOR=\"us\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
    script(home.resolve("bin/javac"), "");
    script(home.resolve("bin/java"), "echo \"$0 in $PWD\"\nprintf '<%s>' \"$@\"\nexit 3\n");
    return home;
  }

  private Run run(Path directory, Map<String, String> environment, String... words)
      throws IOException {
    Path out = Files.createTempFile(folder, "out", "");
    List<String> command = new ArrayList<>(List.of(BASH.toString(), "-c", WAITING));
    command.add(out.toString());
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", commands + ":/usr/bin:/bin");
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("CREASE_JAVA_HOME", jdk.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.onExit().join().exitValue(), Files.readString(out), err);
  }

  private Run run(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(project.resolve("crease").toString()));
    command.addAll(List.of(words));
    return run(folder, Map.of(), command.toArray(String[]::new));
  }

  private long builds() throws IOException {
    Path log = commands.resolve("builds");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  private void touch(String file, int seconds) throws IOException {
    FileTime time = FileTime.from(Instant.now().plusSeconds(seconds));
    Files.setLastModifiedTime(project.resolve(file), time);
  }

  @Test
  void handsOverWhatItWasGiven() throws IOException {
    Run run = run("--version", "two words", "");
    assertThat(run.err()).contains("building").doesNotContain("No such file");
    assertThat(run.out()).startsWith(jdk.resolve("bin/java") + " in " + folder.toRealPath());
    assertThat(run.out())
        .contains("<-m><dev.crease.compiler/dev.crease.compiler.cli.Crease>")
        .endsWith("<--version><two words><>");
    assertThat(run.code()).isEqualTo(3);
  }

  @Test
  void runsFromAnyFolderAndThroughLinks() throws IOException {
    Path elsewhere = Files.createDirectories(folder.resolve("else where"));
    Files.createSymbolicLink(elsewhere.resolve("tool"), project.resolve("crease"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("else where/tool"));
    Run run = run(elsewhere, Map.of(), link.toString(), "inspect");
    assertThat(run.out()).contains(" in " + elsewhere.toRealPath()).endsWith("<inspect>");
    assertThat(run(elsewhere, Map.of(), "./tool").code()).isEqualTo(3);
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void theProgramsJarsAndTheUsersOptionsReachJava() throws IOException {
    Path launcher = project.resolve("crease");
    Run run = run(folder, Map.of("CREASE_JAVA_OPTIONS", "-Xmx1g -ea"), launcher.toString());
    assertThat(run.out()).contains("<-Xmx1g><-ea><--module-path>");
    Path state = project.resolve("target/crease");
    Path build = state.resolve(Files.readString(state.resolve("current")).strip());
    assertThat(run.out()).contains("<" + build.toRealPath() + ">");
    assertThat(build.resolve("library.jar")).exists();
    assertThat(build.resolve("crease-compiler-1.jar")).exists();
  }

  @Test
  void buildsAgainOnlyWhenASourceIsNewer() throws IOException {
    run();
    run();
    assertThat(builds()).isEqualTo(1);
    touch("runtime/src/main/A.java", -1000);
    write(project.resolve("README.md"), "not a source");
    run();
    assertThat(builds()).isEqualTo(1);
    touch("runtime/src/main/A.java", 0);
    assertThat(run().err()).contains("building");
    assertThat(builds()).isEqualTo(2);
    touch("samples/demo/pom.xml", 5);
    run();
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void aBuildThatFailsIsToldAndTriedAgain() throws IOException {
    script(commands.resolve("mvn"), "echo no such symbol\nexit 1\n");
    Run run = run();
    assertThat(run.err()).contains("no such symbol", "crease: the build failed");
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(ExitCode.BUG);
    assertThat(run().err()).contains("no such symbol");
  }

  @Test
  void theLockOfABuildThatDiedIsTakenOver() throws IOException {
    Process dead = new ProcessBuilder("/bin/bash", "-c", "exit 0").start();
    assertThat(dead.onExit().join().exitValue()).isZero();
    write(project.resolve("target/crease/lock/owner"), dead.pid() + "\n");
    assertThat(run().code()).isEqualTo(3);
    assertThat(project.resolve("target/crease/lock")).doesNotExist();
  }

  @Test
  void oldJdksArePassedOver() throws IOException {
    Path old = jdk("old jdk", "17.0.15");
    Map<String, String> environment =
        Map.of("CREASE_JAVA_HOME", old.toString(), "JAVA_HOME", jdk.toString());
    assertThat(run(folder, environment, project.resolve("crease").toString()).out())
        .startsWith(jdk.resolve("bin/java").toString());
  }

  /// On this machine there may be any JDK, so the launcher is made to want one that nobody has.
  @Test
  void withoutAJdkItSaysWhatToInstall() throws IOException {
    Path common = project.resolve(COMMON);
    String text = Files.readString(common, StandardCharsets.UTF_8);
    assertThat(text).contains("least=25\n");
    Files.writeString(common, text.replace("least=25\n", "least=999\n"));
    Run run = run("demo");
    assertThat(run.err())
        .startsWith("crease: no JDK 999 or newer was found. Install one")
        .contains("CREASE_JAVA_HOME", "JAVA_HOME", "/usr/lib/jvm");
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(127);
    assertThat(builds()).isZero();
  }

  @Test
  void withoutMavenItSaysSo() throws IOException {
    Map<String, String> environment = Map.of("PATH", withoutMaven().toString());
    Run run = run(folder, environment, project.resolve("crease").toString());
    assertThat(run.err()).contains("crease: Maven is needed to build");
    assertThat(run.code()).isEqualTo(127);
  }

  /// A folder of the commands that the launcher needs, but for Maven.
  private Path withoutMaven() throws IOException {
    Path few = Files.createDirectories(folder.resolve("few"));
    for (String name :
        List.of("bash", "cat", "dirname", "env", "find", "mkdir", "mv", "readlink", "rm")) {
      Path place = Path.of("/usr/bin", name);
      Path command = Files.exists(place) ? place : Path.of("/bin", name);
      script(few.resolve(name), "exec %s \"$@\"".formatted(command));
    }
    return few;
  }

  @Test
  void theWarningAboutIncubatorsIsTakenOut() throws IOException {
    script(
        jdk.resolve("bin/java"),
        """
        echo 'WARNING: Using incubator modules: jdk.incubator.vector' >&2
        echo 'another line' >&2
        echo 'of the program' >&0
        echo 'last line' >&2
        """);
    run();
    assertThat(run().err().lines())
        .containsExactlyInAnyOrder("another line", "of the program", "last line");
  }
}
