package dev.crease.compiler.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// The folder of a packaged application:
///
/// ```
/// bin/NAME                 the launcher, and NAME.bat
/// lib/crease-runtime.jar
/// lib/model.aot            what the JVM has loaded and linked in a run, to be mapped
/// java/                    perhaps, a Java of its own
/// model.plan
/// ```
record Application(Path folder, String name) {
  private static final boolean WINDOWS =
      System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

  /// Runs of the one that makes the cache: enough for it to load all that a run does.
  private static final int RUNS = 30;

  static boolean isIn(Path folder) {
    return Files.isRegularFile(jar(folder)) && Files.isRegularFile(folder.resolve("model.plan"));
  }

  private static Path jar(Path folder) {
    return folder.resolve("lib").resolve("crease-runtime.jar");
  }

  Path plan() {
    return folder.resolve("model.plan");
  }

  private Path cache() {
    return folder.resolve("lib").resolve("model.aot");
  }

  private Path launcher(boolean windows) {
    return folder.resolve("bin").resolve(windows ? name + ".bat" : name);
  }

  /// Writes all but the plan and the cache.
  ///
  /// @param withJava whether it gets a Java of its own
  void write(boolean withJava) throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Files.createDirectories(folder.resolve("lib"));
    RuntimeJar.write(jar(folder));
    write(launcher(false), "application.sh", "\n");
    write(launcher(true), "application.bat", "\r\n");
    if (withJava) {
      link(folder.resolve("java"));
    }
  }

  private void write(Path script, String resource, String lineEnd) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Application.class.getResourceAsStream(resource), resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(script, text.replace("@NAME@", name).replace("\n", lineEnd));
    }
    if (!WINDOWS && !script.toFile().setExecutable(true, false)) {
      throw new IOException(script + " cannot be made executable");
    }
  }

  private static void link(Path target) throws IOException {
    Path jlink = Path.of(System.getProperty("java.home"), "bin", WINDOWS ? "jlink.exe" : "jlink");
    if (!Files.isExecutable(jlink)) {
      throw new InputException("--jlink: this Java has no jlink; use a whole JDK");
    }
    // Within this process it would refuse if a module of it was patched.
    Ended linked =
        run(
            new ProcessBuilder(
                jlink.toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--no-header-files",
                "--no-man-pages",
                "--strip-java-debug-attributes",
                "--output",
                target.toString()));
    if (linked.code != 0) {
      throw new InputException("--jlink: no Java can be cut out of this one: jlink " + linked);
    }
    // What it starts with where the cache does not fit.
    String java = target.resolve("bin").resolve("java").toString();
    run(new ProcessBuilder(java, "-Xshare:dump"));
  }

  /// Runs the application on made-up inputs, to make its cache.
  ///
  /// @param words that the run needs besides
  /// @return why there is no cache, or nothing
  String train(List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(launcher(WINDOWS).toString());
    command.addAll(List.of("--random", "1", "--runs", Integer.toString(RUNS)));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("CREASE_JAVA_OPTIONS", "-XX:AOTCacheOutput=lib/model.aot");
    builder.directory(folder.toFile());
    Ended trained = run(builder);
    return Files.isRegularFile(cache()) ? "" : "a run of it " + trained;
  }

  /// How a process ended.
  private record Ended(int code, String last) {
    @Override
    public String toString() {
      return "ended with code " + code + (last.isEmpty() ? "" : ", saying last: " + last);
    }
  }

  private static Ended run(ProcessBuilder builder) throws IOException {
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.onExit().join().exitValue();
    return new Ended(code, said.lines().reduce("", (_, line) -> line));
  }
}
