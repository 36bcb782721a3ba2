package dev.crease.compiler.folding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What folds elsewhere got wrong where something is used more than once, each test named after the
/// symptom, with where it was reported. docs/verification.md tells what prevents it here.
class KnownSharingBugsTest {
  private static final String CONSTANTS =
      """
        w: f32[2, 2, 1, 1] = [[[[1]], [[2]]], [[[3]], [[-1]]]]
        b: f32[2] = [5, 7]
        scale: f32[2] = [4, -6]
        bias: f32[2] = [10, 20]
        mean: f32[2] = [1, 2]
        variance: f32[2] = [3, 15]
      """;

  private static final String CONVOLVED = "a = Conv(x, w, b)\n";
  private static final String NORMALIZED =
      "y = BatchNormalization(a, scale, bias, mean, variance, epsilon = 1)\n";

  private static Compiled compiled(String outputs, String body) {
    return Compiled.of(
        "model m(x: f32[N, 2, 4, 4]) -> (%s) {\n%s%s\n}".formatted(outputs, CONSTANTS, body));
  }

  private static final String TWO = "y: f32[N, 2, 4, 4], z: f32[N, 2, 4, 4]";

  /// pytorch/pytorch#197539, Tencent/TNN#808: only one of two paths is normalized.
  @ParameterizedTest
  @ValueSource(
      strings = {
        CONVOLVED + NORMALIZED + "z = Conv(Relu(x), w, b)",
        "z = Conv(Relu(x), w, b)\n" + CONVOLVED + NORMALIZED,
        CONVOLVED + NORMALIZED + "z = Conv(Relu(y), w, b)",
      })
  void aReusedConvolutionChangesOnItsOtherPath(String body) {
    Compiled compiled = compiled(TWO, body);
    assertThat(compiled.report().normalizationsLeft()).isEmpty();
    assertThat(compiled.count("Conv")).isEqualTo(2);
    assertThat(compiled.optimized().constants().values())
        .filteredOn(constant -> constant.elements() == 4)
        .extracting(Constant::doubles)
        .containsExactlyInAnyOrder(new double[] {1, 2, 3, -1}, new double[] {2, 4, -4.5, 1.5});
  }

  /// pytorch/executorch PR 20601, Tencent/TNN#68.
  @ParameterizedTest
  @ValueSource(strings = {"Relu(a)", "a + x", "MaxPool(a, kernel_shape = [1, 1])", "Conv(a, w)"})
  void aConvolutionIsScaledForItsOtherConsumers(String other) {
    Compiled compiled = compiled(TWO, CONVOLVED + NORMALIZED + "z = " + other);
    compiled.assertLeft("Conv `a` has 2 consumers: BatchNormalization `y`, ");
    assertThat(compiled.operators()).startsWith("Conv", "BatchNormalization").hasSize(3);
  }

  /// inisis/OnnxSlim#163: the same for a product and what is added to it.
  @Test
  void aProductIsShiftedForItsOtherConsumers() {
    Net net = Net.float32(1);
    Value product = net.op("MatMul", net.batch(4), net.whole(4, 3));
    Value sum = net.op("Add", product, net.whole(3));
    Compiled compiled = Compiled.of(net.graph(sum, net.op("Abs", product)));
    assertThat(compiled.operators()).containsExactly("MatMul", "Add", "Abs");
    assertThat(compiled.report().declines())
        .singleElement()
        .asString()
        .contains("fold-channel-affine", "MatMul `matmul` has 2 consumers: Add `add`, Abs `abs`");
  }

  /// microsoft/onnxruntime#4110: what is computed on the way is asked for.
  @Test
  void aRequestedOutputIsFusedAway() {
    Compiled compiled =
        compiled(
            "a: f32[N, 2, 4, 4], y: f32[N, 2, 4, 4], z: f32[N, 2, 4, 4]",
            CONVOLVED + NORMALIZED + "z = Relu(y)");
    compiled.assertLeft("the result of Conv `a` is an output of the graph");
    assertThat(compiled.operators()).containsExactly("Conv", "BatchNormalization", "Relu");
    Compiled fused = compiled("a: f32[N, 2, 4, 4], z: f32[N, 2, 4, 4]", CONVOLVED + "z = Relu(a)");
    assertThat(fused.operators()).containsExactly("Conv", "Relu");
  }
}
