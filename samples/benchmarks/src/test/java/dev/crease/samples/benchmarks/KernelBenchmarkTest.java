package dev.crease.samples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

/// Each benchmark of a kernel can be run, and counts what it does.
class KernelBenchmarkTest {
  static Stream<String> kernels() throws NoSuchFieldException {
    Param param = KernelBenchmark.class.getField("kernel").getAnnotation(Param.class);
    return Stream.of(param.value());
  }

  @Test
  void everyTextIsOneOfThem() throws NoSuchFieldException, IOException, URISyntaxException {
    Path folder =
        Path.of(Objects.requireNonNull(KernelBenchmark.class.getResource("kernels")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files.map(file -> file.getFileName().toString().replace(".crease", "")).toList();
      assertThat(kernels()).containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void runs(String kernel) throws IOException {
    KernelBenchmark benchmark = new KernelBenchmark();
    benchmark.kernel = kernel;
    benchmark.open();
    try {
      assertThat(benchmark.run()).containsKey("y");
      KernelSteps steps = KernelSteps.latest();
      assertThat(steps.kernel()).isNotEmpty().allMatch(step -> step.bytes() > 0);
      assertThat(steps.nanoseconds(steps.kernel())).isPositive();
    } finally {
      benchmark.close();
    }
  }
}
