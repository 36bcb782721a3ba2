package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Packages small models and runs what comes of them. Every path holds a space.
@Timeout(240)
@DisabledOnOs(OS.WINDOWS)
class PackageCommandTest {
  private static final String TEXT =
      """
      model Doubled(x: f32[N, 2]) -> (y: f32[N, 2]) {
        two: f32[] = 2
        y = Mul(x, two)
      }
      """;

  private static final Map<String, String> JAVA =
      Map.of("JAVA_HOME", System.getProperty("java.home"));

  @TempDir Path temporary;

  private Path folder;
  private Path text;
  private Path app;

  private record Run(int code, String out, String err) {}

  @BeforeEach
  void writeText() throws IOException {
    folder = Files.createDirectories(temporary.resolve("my models"));
    text = Files.writeString(folder.resolve("doubled.crease"), TEXT);
    app = folder.resolve("app");
  }

  private Run run(Path launcher, Map<String, String> environment, Object... words)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    Arrays.stream(words).map(Object::toString).forEach(command::add);
    Path out = Files.createTempFile(temporary, "out", "");
    Path err = Files.createTempFile(temporary, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().putAll(environment);
    int code = builder.start().onExit().join().exitValue();
    return new Run(code, Files.readString(out), Files.readString(err));
  }

  private Path npy(float... values) {
    Path file = folder.resolve("x.npy");
    NpyFile.write(Tensor.of(values, values.length / 2, 2), file);
    return file;
  }

  @Test
  void thePackagedModelRunsOnFiles() throws IOException {
    CommandLineRun made = CommandLineRun.of("package", text, "-o", app, "--dim", "N=3");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.out()).contains("run it by " + app.resolve("bin/doubled"));
    assertThat(made.out()).doesNotContain("no cache");
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).as("nothing else is left").containsExactlyInAnyOrder(text, app);
    }
    Path launcher = app.resolve("bin/doubled");
    Path results = folder.resolve("results");
    Run run = run(launcher, JAVA, "--input", "x=" + npy(1, -2, 3, 4), "-o", results, "--time");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("y: f32[2, 2] -> ").contains("time: plan and inputs");
    assertThat(NpyFile.read(results.resolve("y.npy")))
        .isEqualTo(Tensor.of(new float[] {2, -4, 6, 8}, 2, 2));

    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("app/bin/doubled"));
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(new float[] {5, 6, 7, 8});
    Path raw = Files.write(folder.resolve("x.bin"), bytes.array());
    run = run(link, JAVA, "--input=" + raw, "--dim=N=2");
    assertThat(run.out()).isEqualTo("y: f32[2, 2]  [10.0, 12.0, 14.0, 16.0]" + "\n");
    // As `crease run` makes it up.
    String seeded = CommandLineRun.of("run", text, "--seed", 7, "-o", results).out();
    assertThat(seeded).contains("y.npy");
    float first = NpyFile.read(results.resolve("y.npy")).floats()[0];
    assertThat(run(launcher, JAVA, "--random", 7).out()).contains("[" + first + ",");
  }

  /// With `AOTMode=on` a JVM ends where it cannot use the cache.
  @Test
  void theCacheIsUsedAndCanBeMissing() throws IOException {
    assertThat(CommandLineRun.of("package", text, "-o", app, "--name", "run-it").exitCode())
        .isZero();
    Path launcher = app.resolve("bin/run-it");
    Path cache = app.resolve("lib/model.aot");
    assertThat(cache).isNotEmptyFile();
    Path log = folder.resolve("classes.log");
    Map<String, String> strict =
        Map.of(
            "JAVA_HOME",
            System.getProperty("java.home"),
            "CREASE_JAVA_OPTIONS",
            "-XX:AOTMode=on -Xlog:class+load");
    Run run = run(launcher, strict, "--random", 1);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines().filter(line -> line.contains(" dev.crease.runtime.Session ")))
        .hasSize(1)
        .allSatisfy(line -> assertThat(line).contains("shared objects file"));
    assertThat(log).doesNotExist();

    Files.write(cache, new byte[] {1, 2, 3});
    assertThat(run(launcher, JAVA, "--random", 1).code()).isZero();
    Files.delete(cache);
    assertThat(run(launcher, JAVA, "--random", 1).code()).isZero();
  }

  @Test
  void withJlinkNoJavaIsNeeded() throws IOException {
    CommandLineRun made = CommandLineRun.of("package", text, "-o", app, "--jlink");
    assertThat(made.exitCode()).as(made.err()).isZero();
    Run run = run(app.resolve("bin/doubled"), Map.of("PATH", ""), "-i", npy(1, 2));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("y: f32[1, 2]  [2.0, 4.0]\n");
  }

  @Test
  void withoutJavaTheLauncherSaysWhatItNeeds() throws IOException {
    assertThat(CommandLineRun.of("package", text, "-o", app).exitCode()).isZero();
    Run run = run(app.resolve("bin/doubled"), Map.of("PATH", ""), "--help");
    assertThat(run.code()).isEqualTo(127);
    assertThat(run.err()).startsWith("doubled: no Java was found; set JAVA_HOME");
    Path old = Files.createDirectories(folder.resolve("old/bin")).getParent();
    Files.writeString(old.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.9\"\n");
    Path java = Files.writeString(old.resolve("bin/java"), "#!/bin/sh\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Run tooOld = run(app.resolve("bin/doubled"), Map.of("JAVA_HOME", old.toString()), "--help");
    assertThat(tooOld.code()).isEqualTo(127);
    assertThat(tooOld.err()).contains("is Java 17; set JAVA_HOME to the folder of a JDK 25");
  }

  @Test
  void aColonInThePathIsToldOf() throws IOException {
    Path odd = folder.resolve("a:b/app");
    assertThat(CommandLineRun.of("package", text, "-o", app).exitCode()).isZero();
    Files.createDirectories(odd.getParent());
    Files.move(app, odd);
    Run run = run(odd.resolve("bin/doubled"), JAVA, "--help");
    assertThat(run.code()).isEqualTo(127);
    assertThat(run.err()).startsWith("doubled: Java ends a path at a colon");
  }

  @Test
  void aFolderThatIsThereIsReplacedOnlyIfAsked() throws IOException {
    assertThat(CommandLineRun.of("package", text, "-o", app).exitCode()).isZero();
    CommandLineRun.failing(3, "is there already", "--force", "package", text, "-o", app);
    Path other = Files.createFile(app.resolve("other"));
    assertThat(CommandLineRun.of("package", text, "-o", app, "--force").exitCode()).isZero();
    assertThat(other).doesNotExist();
    Files.delete(app.resolve("model.plan"));
    CommandLineRun.failing(3, "is not replaced", "made", "package", text, "-o", app, "--force");
    assertThat(app.resolve("bin/doubled")).exists();
  }

  @Test
  void wrongCommandLines() throws IOException {
    CommandLineRun.failing(2, "Missing required option", "--output", "package", text);
    CommandLineRun.failing(2, "--name a b", "letters", "package", text, "-o", app, "--name=a b");
    CommandLineRun.failing(2, "--dim", "no input", "package", text, "-o", app, "--dim=M=1");
    CommandLineRun.failing(3, "there is no file", "none", "package", "none.onnx", "-o", app);
    CommandLineRun.failing(3, "is a file", "name a folder", "package", text, "-o", text);
    Path deep = folder.resolve("no/app");
    CommandLineRun.failing(3, "there is no folder", "Make it", "package", text, "-o", deep);
    Path list =
        Files.writeString(
            folder.resolve("list.crease"),
            "model List(x: f32[2]) -> (y: seq(f32)) { y = SequenceConstruct(x) }");
    CommandLineRun.failing(3, "is no tensor", "crease run", "package", list, "-o", app);
    assertThat(app).doesNotExist();
  }

  private static Run launch(Object... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        dev.crease.runtime.launch.Launcher.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            "app",
            Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private void refused(int code, String message, Object... words) {
    Run run = launch(words);
    assertThat(run.err()).startsWith("app: ").contains(message).hasLineCount(1);
    assertThat(run.code()).isEqualTo(code);
  }

  @Test
  void theLauncherSaysWhatIsWrong() throws IOException {
    Path plan = folder.resolve("doubled.plan");
    assertThat(CommandLineRun.of("compile", text, "-o", plan).exitCode()).isZero();
    Path input = npy(1, 2, 3, 4);
    Path raw = Files.write(folder.resolve("x.bin"), new byte[12]);
    assertThat(launch(plan, "--help").out())
        .contains("Usage: app", "--output-dir DIR", "x: f32[N, 2]", "y: f32[N, 2]");
    refused(2, "the first argument is the plan");
    refused(2, "has no value; give --input x=FILE", plan);
    refused(2, "there is no option `--fast`", plan, "--fast");
    refused(2, "--threads 0: give 1 or more", plan, "--threads=0");
    refused(2, "--threads 5000: give 1 to", plan, "--threads", 5000);
    refused(2, "--runs needs a value", plan, "--runs");
    refused(2, "`many` is no whole number", plan, "--random=many");
    refused(2, "--time takes no value", plan, "--time=1");
    refused(2, "--dim N: give NAME=N", plan, "--dim", "N");
    refused(2, "--dim M: no input", plan, "--dim", "M=1", "--random=1");
    refused(2, "give NAME=FILE", plan, "-i", "z=" + input);
    refused(2, "is given twice", plan, "-i", input, "-i", "x=" + input);
    refused(3, "has 12 bytes", plan, "-i", raw);
    refused(3, "holds f32[2, 2], the input is x: f32[N, 2]", plan, "-i", input, "--dim", "N=3");
    refused(3, "there is no file", plan, "-i", folder.resolve("none.npy"));
    refused(3, "is a folder; name a file", plan, "-i", folder);
    refused(3, "is too large", plan, "--dim", "N=2000000000", "--random=1");
    refused(3, "not a plan", input);
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647), }\n";
    String array = "\u0093NUMPY\u0001\u0000" + (char) header.length() + "\u0000" + header;
    Path giant = folder.resolve("giant.npy");
    Files.writeString(giant, array, StandardCharsets.ISO_8859_1);
    refused(3, "takes 18446744056529682436 bytes", plan, "-i", giant);
    refused(3, "not an array file", plan, "-i", Files.copy(raw, folder.resolve("raw.npy")));
  }
}
