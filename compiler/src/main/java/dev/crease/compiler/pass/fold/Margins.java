package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.ChannelPad;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.pass.ConstantOperands;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.SoleUse;
import dev.crease.runtime.plan.PadMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/// What a Pad adds to a picture for the window that reads it.
///
/// @param pad a node of [Pad] or [ChannelPad]
record Margins(Graph graph, Node pad) {
  /// That a window might add it itself.
  Preconditions known() {
    return Preconditions.of(pad.label() + " adds constant elements", modeObstacle())
        .and(() -> SoleUse.of(graph, pad))
        .and("it adds known numbers of elements, and none to batch or channels", this::sizeObstacle)
        .and("what it adds is constant", this::valueObstacle);
  }

  private Optional<String> modeObstacle() {
    return pad.op() instanceof Pad op && op.mode() != PadMode.CONSTANT
        ? Optional.of(
            "%s repeats elements, its mode is %s"
                .formatted(pad.label(), op.mode().name().toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  private Optional<String> sizeObstacle() {
    Optional<List<Long>> pads = pads();
    if (pads.isEmpty()) {
      return Optional.of("it is not known how much %s adds".formatted(pad.label()));
    }
    if (pads.get().stream().anyMatch(p -> p < 0)) {
      return Optional.of("%s crops: pads are %s".formatted(pad.label(), pads.get()));
    }
    int rank = pads.get().size() / 2;
    boolean spatial = IntStream.range(0, 2 * rank).allMatch(i -> i % rank > 1 || at(i) == 0);
    return spatial
        ? Optional.empty()
        : Optional.of(
            "%s adds to batch or channels: pads are %s".formatted(pad.label(), pads.get()));
  }

  private Optional<String> valueObstacle() {
    Value value = valueOperand();
    return value.isAbsent() ? Optional.empty() : ConstantOperands.missing(graph, List.of(value));
  }

  /// How many elements are added before each axis, then after each, if that is known.
  Optional<List<Long>> pads() {
    return pad.op() instanceof ChannelPad(var pads) ? Optional.of(pads) : Pad.pads(pad, graph);
  }

  private long at(int index) {
    return pads().orElseThrow().get(index);
  }

  /// What is added: one element, or one for each channel; absent for zeros.
  Value valueOperand() {
    int at = pad.op() instanceof ChannelPad ? 1 : 2;
    return pad.hasInput(at) ? pad.input(at) : Value.ABSENT;
  }

  /// What the added elements are: one number, or one for each channel; empty if that is not known.
  Optional<double[]> values() {
    return valueOperand().isAbsent()
        ? Optional.of(new double[1])
        : graph.constant(valueOperand()).map(Constant::doubles);
  }

  /// One of the added elements that is not `expected`, if there is one.
  Optional<Double> otherThan(double expected) {
    return Arrays.stream(values().orElseThrow()).boxed().filter(v -> v != expected).findFirst();
  }

  /// Why the window cannot have more padding, if so.
  static Optional<String> obstacle(Node node, WindowAttributes window) {
    AutoPad autoPad = window.autoPad();
    return autoPad == AutoPad.SAME_LOWER || autoPad == AutoPad.SAME_UPPER
        ? Optional.of(
            "auto_pad of %s is %s, so its padding depends on the picture's size"
                .formatted(node.label(), autoPad))
        : Optional.empty();
  }

  /// The window over the picture without margins, with them as its padding.
  WindowAttributes addedTo(WindowAttributes window) {
    int rank = pad.input(0).type().rank();
    boolean given = window.autoPad() == AutoPad.NOTSET && !window.pads().isEmpty();
    List<Long> sums = new ArrayList<>();
    for (int i = 0; i < 2 * rank; i++) {
      if (i % rank > 1) {
        sums.add(at(i) + (given ? window.pads().get(sums.size()) : 0));
      }
    }
    return new WindowAttributes(
        AutoPad.NOTSET, window.dilations(), window.kernel(), sums, window.strides());
  }
}
