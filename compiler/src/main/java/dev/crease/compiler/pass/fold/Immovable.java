package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.crease.ChannelPad;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.LeakyRelu;
import dev.crease.compiler.op.math.PRelu;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.GlobalPool;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.compiler.op.tensor.DepthToSpace;
import dev.crease.compiler.op.tensor.Expand;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.op.tensor.Resize;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.compiler.op.tensor.SpaceToDepth;
import dev.crease.compiler.op.tensor.Tile;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.CoordinateMode;
import dev.crease.runtime.plan.PadMode;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;

/// Why a scale and shift does not move through a node that others do move through, for people.
///
/// @param affine what does not move: a part of what is before the node, or behind it
record Immovable(Graph graph, Node node, Affine affine) {
  private static final String MIXES = "it mixes elements whose scales differ";

  /// What to add to a sentence about the node; empty if nothing ever moves through it.
  String because() {
    return reason().map(reason -> ": " + reason).orElse("");
  }

  private Optional<String> reason() {
    return switch (node.op()) {
      case MaxPool _ when node.outputs().size() > 1 ->
          Optional.of("it also tells where the maxima are");
      case MaxPool _ -> ofMaximum();
      case GlobalPool pool when pool.function() == GlobalPool.Function.MAX -> ofMaximum();
      case GlobalPool _ -> ofMixed();
      case AveragePool _ -> ofMixed().or(() -> shift("it counts the zeros of its padding"));
      case Resize resize -> Optional.of(ofResize(resize));
      case Pad pad when pad.mode() != PadMode.CONSTANT ->
          Optional.of("it pads an axis along which scales differ");
      case Pad _, ChannelPad _ -> ofPad();
      case Relu _, LeakyRelu _, PRelu _ -> ofFunction();
      case Clip clip -> ofClamp().or(() -> Optional.of(ofLimits(clip)));
      case Reduction reduction -> Optional.of(ofReduction(reduction));
      case Cast _ -> Optional.of("it does not widen numbers");
      case Slice _ -> Optional.of(ofPicks(1, node.inputs().size()));
      case Gather _ -> Optional.of(ofPicks(1, 2));
      case Arithmetic(var function) when function == Arithmetic.Function.ADD ->
          Optional.of("what else it adds is not scaled alike");
      case Arithmetic _ -> Optional.of(ofArithmetic());
      case Tile _, DepthToSpace _, SpaceToDepth _ ->
          Optional.of("it puts elements together whose scales differ");
      case Expand _ -> Optional.of("it repeats elements along an axis along which scales differ");
      default -> Optional.empty();
    };
  }

  private Optional<String> ofMaximum() {
    return ofMixed().or(() -> slope("is negative", s -> s < 0));
  }

  /// A window mixes elements along all axes but batch and channels.
  private Optional<String> ofMixed() {
    return affine.isUniformBeyond(2) ? Optional.empty() : Optional.of(MIXES);
  }

  private String ofResize(Resize resize) {
    boolean crops = resize.how().coordinates() == CoordinateMode.TF_CROP_AND_RESIZE;
    return crops
        ? "what it reads beyond the picture stays %s".formatted(resize.how().extrapolation())
        : MIXES;
  }

  private Optional<String> ofPad() {
    Margins margins = new Margins(graph, node);
    if (margins.pads().isEmpty()) {
      return Optional.of("it is not known how much it adds");
    }
    if (margins.values().isEmpty()) {
      return Optional.of("it is not known what it adds");
    }
    Optional<String> defect =
        Filled.down(graph, node, affine)
            .flatMap(filled -> filled.defect(node.output().type().element()));
    return defect.or(() -> Optional.of("it pads an axis along which scales differ"));
  }

  private Optional<String> ofFunction() {
    return ofClamp()
        .or(() -> slope("is not positive", s -> !(s > 0)))
        .or(() -> shift("it is another function on either side of 0"));
  }

  /// Why a Relu or Clip behind is no clamp for each channel, if it would be one.
  private Optional<String> ofClamp() {
    return Clamped.of(graph, node, affine)
        .flatMap(clamped -> clamped.defect(node.output().type().element()));
  }

  private String ofLimits(Clip clip) {
    Optional<Activation> limits = clip.activation(node, graph);
    if (limits.isEmpty()) {
      return "its limits are not constant";
    }
    return limits.get().alpha() > limits.get().beta()
        ? "its lower limit is above the upper one"
        : "its limits would have to differ by channel";
  }

  /// Of a node that picks elements as some of its operands tell.
  private String ofPicks(int first, int end) {
    boolean known =
        node.inputs().subList(first, end).stream()
            .allMatch(value -> value.isAbsent() || graph.constant(value).isPresent());
    return known ? "it takes an element for two different ones" : "what it takes is not constant";
  }

  private String ofArithmetic() {
    return node.inputs().stream().anyMatch(value -> graph.constant(value).isPresent())
        ? "its other operand differs within a channel"
        : "its other operand is computed";
  }

  private String ofReduction(Reduction reduction) {
    if (reduction.function() == Reduction.Function.PROD) {
      return "it multiplies elements";
    }
    boolean known = node.hasInput(1) && graph.constant(node.input(1)).isPresent();
    if (!known) {
      return "its axes are not known";
    }
    return switch (reduction.function()) {
      case MAX, MIN -> slope("is negative", s -> s < 0).orElse(MIXES);
      case SUM -> ofSum().orElse(MIXES);
      default -> MIXES;
    };
  }

  private Optional<String> ofSum() {
    TensorType from = node.input(0).type();
    boolean known =
        Arrays.stream(graph.constant(node.input(1)).orElseThrow().longs())
            .allMatch(axis -> from.dim((int) Math.floorMod(axis, (long) from.rank())).isKnown());
    return known ? Optional.empty() : shift("it is not known how many elements it adds");
  }

  private Optional<String> slope(String what, DoublePredicate bad) {
    return IntStream.range(0, affine.elements())
        .filter(i -> bad.test(affine.slope()[i]))
        .mapToObj(i -> "the scale of channel %d %s: %.3g".formatted(i, what, affine.slope()[i]))
        .findFirst();
  }

  private Optional<String> shift(String reason) {
    return IntStream.range(0, affine.elements())
        .filter(i -> affine.intercept(i) != 0)
        .mapToObj(
            i ->
                "%s, and the shift of channel %d is %.3g".formatted(reason, i, affine.intercept(i)))
        .findFirst();
  }
}
