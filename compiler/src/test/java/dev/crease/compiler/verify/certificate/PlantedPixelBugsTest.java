package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.verify.Interpreter;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scales and shifts that moved through operators which take channels apart, put them together, or
/// repeat them.
class PlantedPixelBugsTest {
  private static final String SETTING =
      """
      model m(x: f32[1, 1, 2, 4], z: f32[1, 2, 2, 4]) -> (y: f32[%s]) {
        w: f32[8, 1, 1, 1] = [[[[1]]], [[[2]]], [[[3]]], [[[4]]], [[[5]]], [[[6]]], [[[7]]], [[[8]]]]
        turns: f32[8, 1, 1, 1] = [[[[2]]], [[[-2]]], [[[6]]], [[[-4]]], [[[10]]], [[[-6]]], [[[14]]], [[[-8]]]]
        rows: f32[8, 1, 1, 1] = [[[[2]]], [[[4]]], [[[6]]], [[[8]]], [[[-5]]], [[[-6]]], [[[-7]]], [[[-8]]]]
        v: f32[2, 2, 1, 1] = [[[[1]], [[2]]], [[[3]], [[4]]]]
        scaled: f32[2, 2, 1, 1] = [[[[2]], [[4]]], [[[-3]], [[-4]]]]
        swapped: f32[2, 2, 1, 1] = [[[[-1]], [[-2]]], [[[6]], [[8]]]]
        same: f32[8] = [8, 9, 8, 9, 8, 9, 8, 9]
        following: f32[8] = [8, 8, 8, 8, 9, 9, 9, 9]
        unlike: f32[8] = [8, 9, 8, 9, 8, 9, 8, 8]
        two: f32[2] = [8, 9]
        off: f32[2] = [8, 9.000001]
        s: f32[2, 1, 1] = [[[2]], [[-1]]]
        t: f32[2, 1, 1] = [[[8]], [[9]]]
        s8: f32[8, 1, 1] = [[[2]], [[-1]], [[2]], [[-1]], [[2]], [[-1]], [[2]], [[-1]]]
        t8: f32[8, 1, 1] = [[[8]], [[9]], [[8]], [[9]], [[8]], [[9]], [[8]], [[9]]]
        r8: f32[8, 1, 1] = [[[2]], [[2]], [[2]], [[2]], [[-1]], [[-1]], [[-1]], [[-1]]]
      """;

  private static Graph graph(String shape, String body) {
    return TextReader.read(SETTING.formatted(shape) + "y = " + body + "\n}\n", "m").graph();
  }

  private static double[] run(Graph graph) {
    Random random = new Random(5);
    double[] x = random.doubles(8).toArray();
    double[] z = random.doubles(16).toArray();
    var type = graph.inputs().getFirst().type().element();
    return Interpreter.run(
            graph,
            Map.of(
                "x", new DoubleTensor(type, new int[] {1, 1, 2, 4}, x),
                "z", new DoubleTensor(type, new int[] {1, 2, 2, 4}, z)))
        .get("y")
        .data();
  }

  /// What is proved is so where both are run, and the other way round.
  private static void assertProved(boolean expected, String shape, String before, String after) {
    Graph source = graph(shape, before);
    Graph target = graph(shape, after);
    Finding finding = Certificate.of(new Replacement(source, target, target.inputs()));
    assertThat(finding instanceof Finding.Proved)
        .as("%s and %s: %s", before, after, finding)
        .isEqualTo(expected);
    double[] y = run(source);
    double[] z = run(target);
    assertThat(Arrays.equals(y, z)).as("%s and %s", before, after).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "DCR, turns, same, true",
    "CRD, rows, following, true",
    "DCR, rows, same, false",
    "CRD, turns, following, false",
    "DCR, turns, following, false",
    "CRD, rows, same, false",
    "DCR, turns, unlike, false",
    "DCR, w, same, false"
  })
  void pixelsOfChannels(String mode, String weights, String bias, boolean right) {
    String shape = "1, 2, 4, 8";
    String call = "DepthToSpace(Conv(x, %s), blocksize = 2, mode = \"" + mode + "\")";
    String before = call.formatted("w") + " * s + t";
    assertProved(right, shape, before, call.formatted(weights + ", " + bias));
  }

  @ParameterizedTest
  @CsvSource({"scaled, two, true", "swapped, two, false", "v, two, false", "scaled, off, false"})
  void channelsOfPixels(String weights, String bias, boolean right) {
    String call = "SpaceToDepth(Conv(z, %s), blocksize = 2)";
    String before = call.formatted("v") + " * s8 + t8";
    assertProved(right, "1, 8, 1, 2", before, call.formatted(weights + ", " + bias));
  }

  @ParameterizedTest
  @CsvSource({"scaled, two, true", "swapped, two, false", "v, two, false", "scaled, off, false"})
  void repeatedChannels(String weights, String bias, boolean right) {
    String call = "Tile(Conv(z, %s), [1, 4, 1, 3])";
    String before = call.formatted("v") + " * s8 + t8";
    assertProved(right, "1, 8, 2, 12", before, call.formatted(weights + ", " + bias));
  }

  @ParameterizedTest
  @CsvSource({"scaled, two, true", "swapped, two, false", "v, two, false", "scaled, off, false"})
  void placesOfAGrid(String weights, String bias, boolean right) {
    String call = "Gather(Conv(z, %s), [[0, 3], [1, 1]], axis = 3)";
    String factor = " * Unsqueeze(s, [3]) + Unsqueeze(t, [3])";
    String before = call.formatted("v") + factor;
    assertProved(right, "1, 2, 2, 2, 2", before, call.formatted(weights + ", " + bias));
  }

  /// Channels that become one are scaled differently.
  @Test
  void whatIsPutTogetherMustBeScaledAlike() {
    String call = "DepthToSpace(Concat(z, z, z, z, axis = 1) * %s, blocksize = 2)";
    assertProved(true, "1, 2, 4, 8", call.formatted("s8"), call.replace(" * %s", "") + " * s");
    assertProved(false, "1, 2, 4, 8", call.formatted("r8"), call.replace(" * %s", "") + " * s");
  }
}
