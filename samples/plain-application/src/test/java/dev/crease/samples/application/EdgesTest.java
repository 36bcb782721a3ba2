package dev.crease.samples.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.Plan;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Runs the program as its users do, in a process with the runtime and itself and nothing else.
class EdgesTest {

  private record Outcome(int exitCode, List<String> lines) {}

  @Test
  void printsTheDiscAndItsOutline() throws Exception {
    Outcome outcome = run("--add-modules=jdk.incubator.vector");
    assertThat(outcome.exitCode()).isZero();
    List<String> edges = outcome.lines().subList(21, 41);
    assertThat(edges.getFirst()).isBlank();
    assertThat(edges.get(10).strip()).startsWith("#").endsWith("#").contains("    ");
    assertThat(edges).allSatisfy(line -> assertThat(reversed(line)).isEqualTo(line));
    assertThat(edges.reversed()).isEqualTo(edges);
  }

  @Test
  void scalarKernelsPrintTheSame() throws Exception {
    Outcome vector = run("--add-modules=jdk.incubator.vector");
    Outcome scalar = run();
    assertThat(scalar.exitCode()).isZero();
    assertThat(scalar.lines()).isEqualTo(vector.lines());
  }

  private static String reversed(String line) {
    return new StringBuilder(line).reverse().toString();
  }

  private static Outcome run(String... flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.add("-cp");
    command.add(location(Plan.class) + File.pathSeparator + location(Edges.class));
    command.add(Edges.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output.lines().toList());
  }

  private static String location(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }
}
