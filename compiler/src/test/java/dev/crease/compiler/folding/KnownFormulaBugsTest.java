package dev.crease.compiler.folding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.Conv;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What folds elsewhere computed wrong, each test named after the symptom, with where it was
/// reported. docs/verification.md tells what prevents it here.
class KnownFormulaBugsTest {
  private final Net net = Net.float32(5);

  /// pytorch/pytorch#180995, ultralytics/ultralytics PR 25364: weights are `[C, M / group, k...]`.
  /// As many channels come out as go in, so the wrong axis fits, too.
  @ParameterizedTest
  @CsvSource({"1, true", "2, true", "2, false", "4, false"})
  void aGroupedConvTransposeIsScaledOnTheWrongAxis(int group, boolean bias) {
    Attributes attributes = Attributes.NONE.with("group", group).with("strides", Net.each(2, 2));
    Value x = net.picture(4, 2);
    Value w = net.whole(4, 4 / group, 2, 2);
    Value y =
        bias
            ? net.op("ConvTranspose", attributes, x, w, net.whole(4))
            : net.op("ConvTranspose", attributes, x, w);
    Compiled.of(net.graph(net.wholeNorm(y))).assertFolded("ConvTranspose");
  }

  /// Tencent/ncnn#1339: `bias += t` instead of `bias = s bias + t`.
  @Test
  void aDepthwiseBiasIsShiftedButNotScaled() {
    Attributes depthwise = Attributes.NONE.with("group", 4);
    Value y = net.op("Conv", depthwise, net.picture(4, 2), net.whole(4, 1, 2, 2), net.whole(4));
    Compiled.of(net.graph(net.wholeNorm(y))).assertFolded("Conv");
  }

  /// tenstorrent/tt-metal PR 5317: a bias must be created.
  @ParameterizedTest
  @ValueSource(strings = {"Conv", "ConvTranspose"})
  void theShiftIsLostWhereThereIsNoBias(String operator) {
    Value y = net.op(operator, net.picture(4, 2), net.whole(4, 4, 2, 1));
    Compiled compiled = Compiled.of(net.graph(net.wholeNorm(y))).assertFolded(operator);
    assertThat(compiled.normalization()).contains("bias created");
  }

  /// microsoft/onnxscript PR 3027: C is scaled in the fold, and again by the Gemm.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void betaIsAppliedTwice(boolean transposed) {
    Attributes attributes =
        Attributes.NONE.with("alpha", 2f).with("beta", 3f).with("transB", transposed ? 1 : 0);
    Value w = transposed ? net.whole(4, 5) : net.whole(5, 4);
    Value y = net.op("Gemm", attributes, net.batch(5), w, net.whole(4));
    Compiled.of(net.graph(net.wholeNorm(y))).assertFolded("Gemm");
  }

  /// opencv/opencv#28689: Conv, Relu, BatchNormalization is no Conv and Relu.
  @ParameterizedTest
  @ValueSource(strings = {"Relu", "LeakyRelu", "Abs"})
  void aNormalizationIsFoldedAcrossAnActivation(String function) {
    Value conv = net.op("Conv", net.picture(4, 2), net.whole(4, 4, 1, 1), net.whole(4));
    Attributes half = Attributes.NONE.with("alpha", 0.5f);
    Value y = net.op(function, function.equals("LeakyRelu") ? half : Attributes.NONE, conv);
    Compiled.of(net.graph(net.wholeNorm(y)))
        .assertLeft(function + " stands between it and the convolution in FusedConv");
  }

  /// microsoft/onnxruntime#22512: the channels are the rows of each product, not its columns; both
  /// are four.
  @Test
  void aProductOfHigherRankIsTakenForAGemm() {
    Value y = net.op("MatMul", net.batch(4, 4), net.whole(4, 4));
    Compiled compiled = Compiled.of(net.graph(net.wholeNorm(y)));
    compiled.assertLeft("it is neither a scalar nor aligned with the channels of MatMul `matmul`");
    assertThat(compiled.operators()).containsExactly("MatMul", "BatchNormalization");
  }

  /// The same, where the columns are normalized: what is folded stays of its rank.
  @Test
  void aFoldedProductOfHigherRankBecomesAGemm() {
    Value product = net.op("MatMul", net.batch(4, 4), net.whole(4, 4));
    Attributes swap = Attributes.NONE.with("perm", List.of(0L, 2L, 1L));
    Value y = net.op("Transpose", swap, net.wholeNorm(net.op("Transpose", swap, product)));
    Compiled compiled = Compiled.of(net.graph(y));
    assertThat(compiled.report().normalizationsLeft()).isEmpty();
    assertThat(compiled.operators()).contains("MatMul", "Add").doesNotContain("Gemm");
  }

  /// Tencent/ncnn PR 6661: what is added on one side is taken for both.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void asymmetricPaddingIsLostWhereAPadIsMerged(boolean padded) {
    Value x = net.op("Pad", net.picture(3, 2), net.longs(0, 0, 1, 0, 0, 0, 2, 3));
    List<Long> pads = padded ? List.of(0L, 2L, 1L, 0L) : Net.pads("none", 2);
    Value y = net.op("Conv", Attributes.NONE.with("pads", pads), x, net.whole(4, 3, 2, 2));
    Compiled compiled = Compiled.of(net.graph(net.wholeNorm(y))).assertFolded("Conv");
    Conv conv = (Conv) compiled.optimized().nodes().getFirst().op();
    assertThat(conv.window().pads())
        .isEqualTo(padded ? List.of(1L, 2L, 3L, 3L) : List.of(1L, 0L, 2L, 3L));
  }

  /// `c - conv` reverses the weights, not only the bias.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConvolutionIsSubtractedAsIfItWereSubtractedFrom(boolean bias) {
    Value w = net.whole(4, 4, 1, 1);
    Value x = net.picture(4, 2);
    Value y = bias ? net.op("Conv", x, w, net.whole(4)) : net.op("Conv", x, w);
    Compiled compiled = Compiled.of(net.graph(net.op("Sub", net.whole(4, 1, 1), y)));
    compiled.assertFolded("Conv");
    assertThat(compiled.report().rewrites())
        .singleElement()
        .asString()
        .contains("fold-channel-affine");
  }

  /// `c / conv` is not linear; `conv / c` is.
  @Test
  void aConvolutionIsDividedByAsIfItWereDivided() {
    Value y = net.op("Conv", net.picture(4, 2), net.whole(4, 4, 1, 1), net.whole(4));
    Compiled compiled = Compiled.of(net.graph(net.op("Div", net.whole(4, 1, 1), y)));
    assertThat(compiled.operators()).containsExactly("Conv", "Div");
    assertThat(compiled.report().declines())
        .singleElement()
        .asString()
        .contains("Conv `conv` is the divisor");
  }
}
