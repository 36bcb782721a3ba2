package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `crease profile`: what it prints and writes.
class ProfileCommandTest {
  private static final String TEXT =
      """
      model Net(x: f32[N, 16, 8, 8]) -> (y: f32[N, 10]) {
        w: f32[16, 16, 3, 3] = he_normal(seed = 1)
        v: f32[10, 16] = he_normal(seed = 2)
        c = relu(Conv(x, w, pads = same))
        y = Gemm(Flatten(GlobalAveragePool(c)), v, transB = 1)
      }
      """;

  @TempDir Path folder;

  private Path model;
  private Path json;

  @BeforeEach
  void writeModel() throws IOException {
    model = Files.writeString(folder.resolve("net.crease"), TEXT);
    json = folder.resolve("profile.json");
  }

  /// Profiles for a moment, on one thread.
  private static CommandLineRun profile(Object... words) {
    Object[] always = {"profile", "--seconds", "0.05", "--warmup", "1", "--threads", "1"};
    CommandLineRun run =
        CommandLineRun.of(Stream.concat(Arrays.stream(always), Arrays.stream(words)).toArray());
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run;
  }

  private JsonObject profiled(Object... words) throws IOException {
    profile(Stream.concat(Stream.of("--json", json), Arrays.stream(words)).toArray());
    return JsonParser.parseString(Files.readString(json)).getAsJsonObject();
  }

  private static List<JsonObject> steps(JsonObject profile) {
    return profile.getAsJsonArray("steps").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private static JsonObject step(JsonObject profile, String operation) {
    return steps(profile).stream()
        .filter(step -> step.get("operation").getAsString().equals(operation))
        .findFirst()
        .orElseThrow();
  }

  /// The rows of a table of what was printed: that which has this among its headings.
  private static List<String> rows(CommandLineRun run, String heading) {
    return run.out()
        .lines()
        .dropWhile(line -> !(line.startsWith("time us") && line.contains(heading)))
        .skip(1)
        .takeWhile(line -> line.contains("%") && !line.startsWith("and "))
        .toList();
  }

  private static double first(String row) {
    return Double.parseDouble(row.strip().split(" ")[0]);
  }

  @Test
  void everyStepHasARow() throws IOException {
    CommandLineRun run = profile(model, "--json", json, "--dim", "N=2");
    JsonObject profile = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    List<String> rows = rows(run, "kernel");
    assertThat(rows).hasSameSizeAs(steps(profile));
    assertThat(rows).isSortedAccordingTo(Comparator.comparing(row -> -first(row)));
    assertThat(rows).anyMatch(row -> row.contains("Conv") && row.endsWith("[2, 16, 8, 8]  c"));
    List<String> kinds = rows(run, "steps");
    assertThat(kinds.getLast()).contains("100.0%").endsWith("all");
    double sum = rows.stream().mapToDouble(ProfileCommandTest::first).sum();
    assertThat(first(kinds.getLast())).isCloseTo(sum, within(0.05 * rows.size() + 0.1));
    assertThat(run.out())
        .contains("net.crease: ", " on 1 thread, kernels: auto\nroofline: ", " GFLOP/s; reads ")
        .containsPattern("\nsteps    .* in " + rows.size() + " steps: [0-9]+ FLOP, .* KiB\n")
        .containsPattern("\noutside  .*\nrun      median .*, fastest .*\n$");
  }

  @Test
  void stepsAreListedAsTheyRunOrSomeOfThem() {
    List<String> rows = rows(profile(model, "--sort", "order"), "kernel");
    assertThat(rows.stream().map(row -> row.strip().split(" +")[5]))
        .containsExactlyElementsOf(
            Stream.iterate(0, i -> i + 1).limit(rows.size()).map(String::valueOf).toList());
    CommandLineRun top = profile(model, "--sort=order", "--top", "1");
    assertThat(rows(top, "kernel")).hasSize(1);
    assertThat(top.out()).contains("\nand %d steps more, ".formatted(rows.size() - 1));
    assertThat(rows(top, "steps")).as("kinds of all steps").hasSizeGreaterThan(2);
  }

  @Test
  void sumsAgree() throws IOException {
    JsonObject profile = profiled(model);
    JsonObject total = profile.getAsJsonObject("total");
    for (String sum : new String[] {"nanoseconds", "bytes", "operations"}) {
      assertThat(steps(profile).stream().mapToLong(step -> step.get(sum).getAsLong()).sum())
          .as(sum)
          .isEqualTo(total.get(sum).getAsLong())
          .isPositive();
    }
    assertThat(steps(profile).stream().mapToDouble(step -> step.get("share").getAsDouble()).sum())
        .isCloseTo(1, within(1e-9));
    JsonObject run = profile.getAsJsonObject("run");
    assertThat(run.get("fastest").getAsLong())
        .isPositive()
        .isLessThanOrEqualTo(run.get("median").getAsLong());
    assertThat(profile.get("outside").getAsLong())
        .isPositive()
        .isLessThan(run.get("median").getAsLong());
  }

  @Test
  void ratesFollowFromCountsAndTimes() throws IOException {
    JsonObject profile = profiled(model, "--dim", "N=2");
    JsonObject conv = step(profile, "Conv");
    long operations = 2L * (2 * 16 * 8 * 8) * 16 * 9;
    double nanoseconds = conv.get("nanoseconds").getAsDouble();
    assertThat(conv.get("name").getAsString()).isEqualTo("c");
    assertThat(conv.get("operations").getAsLong()).isEqualTo(operations);
    assertThat(conv.get("gigaflops").getAsDouble())
        .isCloseTo(operations / nanoseconds, within(1e-9));
    double peak = profile.getAsJsonObject("roofline").get("gigaflops").getAsDouble();
    assertThat(conv.get("ofRoof").getAsDouble())
        .isGreaterThanOrEqualTo(operations / peak / nanoseconds * (1 - 1e-9));
    assertThat(conv.get("bound").getAsString()).isIn("compute", "memory");
    JsonObject gemm = step(profile, "Gemm");
    assertThat(gemm.get("operations").getAsLong()).isEqualTo(2 * 2 * 16 * 10);
    assertThat(gemm.getAsJsonArray("shape")).hasToString("[2,10]");
    JsonObject pool = step(profile, "GlobalPool AVERAGE");
    assertThat(pool.get("operations").getAsLong()).isEqualTo(2 * 16 * 64);
    assertThat(pool.get("gigabytes").getAsDouble())
        .isCloseTo(
            pool.get("bytes").getAsLong() / pool.get("nanoseconds").getAsDouble(), within(1e-9));
  }

  @Test
  void plansHaveTheStepsOfTheirModels() throws IOException {
    Path plan = folder.resolve("net.plan");
    assertThat(CommandLineRun.of("compile", model, "-o", plan).exitCode()).isZero();
    List<String> ofModel =
        steps(profiled(model)).stream().map(step -> step.get("kernel").getAsString()).toList();
    List<String> ofPlan =
        steps(profiled(plan)).stream().map(step -> step.get("kernel").getAsString()).toList();
    assertThat(ofPlan).isEqualTo(ofModel);
    CommandLineRun.failing(
        ExitCode.USAGE, "--exact would have no effect", "", "profile", plan, "--exact");
  }

  @Test
  void stepsInsideOfALoopRunOften() throws IOException {
    Path loop =
        Files.writeString(
            folder.resolve("loop.crease"),
            """
            model Repeat(x: f32[4, 8], n: i64[]) -> (y: f32[4, 8]) {
              w: f32[8, 8] = he_normal(seed = 1)
              y = Loop(n, _, x, body = graph turn(i: i64[], c: bool[], h: f32[4, 8])
                  -> (c: bool[], r: f32[4, 8]) { r = MatMul(h, w) })
            }
            """);
    Path turns = folder.resolve("n.npy");
    NpyFile.write(Tensor.of(new long[] {3}), turns);
    CommandLineRun run = profile(loop, "-i", "n=" + turns, "--json", json);
    JsonObject profile = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    JsonObject product = step(profile, "Gemm");
    assertThat(product.get("calls").getAsInt()).isEqualTo(3);
    assertThat(product.get("operations").getAsLong()).isEqualTo(3 * 2 * 4 * 8 * 8);
    assertThat(run.out()).contains("Gemm x 3");
  }

  @Test
  void recordingsHaveAnEventForEachStep() throws IOException {
    Path file = folder.resolve("steps.jfr");
    JsonObject profile = profiled(model, "--jfr", file);
    int runs = profile.get("runs").getAsInt();
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    List<RecordedEvent> whole = named(events, "dev.crease.Run");
    List<RecordedEvent> each = named(events, "dev.crease.Step");
    assertThat(whole).hasSize(runs);
    assertThat(each).hasSize(runs * steps(profile).size());
    List<String> told = new ArrayList<>();
    for (RecordedEvent event : each.subList(0, steps(profile).size())) {
      told.add(
          "%d %s %s %s %s %d %d"
              .formatted(
                  event.getInt("index"),
                  event.getString("name"),
                  event.getString("operation"),
                  event.getString("kernel"),
                  event.getString("shape").replace(" ", ""),
                  event.getLong("operations"),
                  event.getLong("bytes")));
      assertThat(event.getInt("run")).isZero();
    }
    List<String> expected = new ArrayList<>();
    for (JsonObject step : steps(profile)) {
      expected.add(
          "%d %s %s %s %s %d %d"
              .formatted(
                  step.get("index").getAsInt(),
                  step.get("name").getAsString(),
                  step.get("operation").getAsString(),
                  step.get("kernel").getAsString(),
                  step.get("shape"),
                  step.get("operations").getAsLong(),
                  step.get("bytes").getAsLong()));
    }
    assertThat(told).isEqualTo(expected);
    Duration inSteps =
        each.stream()
            .filter(event -> event.getInt("run") == 0)
            .map(RecordedEvent::getDuration)
            .reduce(Duration.ZERO, Duration::plus);
    assertThat(inSteps).isPositive().isLessThan(whole.getFirst().getDuration());
  }

  /// In the order of time, which a file does not keep.
  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals(name))
        .sorted(Comparator.comparing(RecordedEvent::getStartTime))
        .toList();
  }

  @Test
  void valuesThatCannotBe() {
    fail(2, "--seconds 0.0: give more than 0", model, "--seconds", 0);
    fail(2, "--seconds -1.0: give more than 0", model, "--seconds", "-1");
    fail(2, "--seconds 90000.0: give", model, "--seconds", "9e4");
    fail(2, "'NaN' is not a finite number", model, "--seconds", "NaN");
    fail(2, "--warmup -1: give 0 or more", model, "--warmup", "-1");
    fail(2, "--top 0: give 1 or more", model, "--top", 0);
    fail(2, "give one of time, order, not 'name'", model, "--sort", "name");
    fail(2, "both write", model, "--json", json, "--jfr", json);
    fail(3, "there is no folder", model, "--json", folder.resolve("no/p.json"));
    fail(3, "there is no folder", model, "--jfr", folder.resolve("no/p.jfr"));
    fail(3, "it is the file to read", model, "--jfr", model);
    fail(3, "a model ends in .onnx or .crease", folder.resolve("net.txt"));
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".part"));
  }

  private static void fail(int code, String message, Object... words) {
    Object[] line = Stream.concat(Stream.of("profile"), Arrays.stream(words)).toArray();
    CommandLineRun.failing(code, message, "", line);
  }

  /// Of however little time, one run is told.
  @Test
  void aMomentIsEnough() {
    CommandLineRun run = CommandLineRun.of("profile", model, "--seconds", "1e-12", "--warmup", "0");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("net.crease: 1 run on ");
  }

  @Test
  void aModelWithoutStepsHasNone() throws IOException {
    Path same =
        Files.writeString(
            folder.resolve("same.crease"),
            "model Same(x: f32[2]) -> (y: f32[2]) { y = Identity(x) }");
    JsonObject profile = profiled(same);
    assertThat(steps(profile)).isEmpty();
    assertThat(profile.getAsJsonObject("total").get("nanoseconds").getAsLong()).isZero();
    assertThat(profile.getAsJsonObject("total").has("share")).as("a share of nothing").isFalse();
    assertThat(rows(profile(same), "kernel")).isEmpty();
  }
}
