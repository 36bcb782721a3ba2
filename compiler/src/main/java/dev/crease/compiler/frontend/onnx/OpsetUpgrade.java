package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.GraphBuilder;
import java.util.ArrayList;
import java.util.List;

/// How operators' older forms become current ones, so that each operator exists once: one table,
/// from operator set 6 on. An operator that is not listed has only gained types, attributes with
/// the old meaning as default, and operands that may be left out.
///
/// Source: the operator changelog of the ONNX specification.
final class OpsetUpgrade {
  /// Changes a node, adding nodes and constants before it as needed.
  @FunctionalInterface
  interface Rewrite {
    /// @throws dev.crease.compiler.op.UnsupportedNodeException if the old form has no current one
    OldNode apply(OldNode node, GraphBuilder out);
  }

  /// For what every version has another form of than Crease.
  private static final int ALWAYS = Integer.MAX_VALUE;

  /// @param since the operator set that changed the operator; nodes of older ones are rewritten
  /// @param becomes the operator's new name
  private record Step(String operator, int since, String becomes, Rewrite rewrite) {}

  private static final List<Step> TABLE = new ArrayList<>();

  private static void step(String operator, int since, Rewrite rewrite) {
    TABLE.add(new Step(operator, since, operator, rewrite));
  }

  private static void rename(String operator, int since, String becomes, Rewrite rewrite) {
    TABLE.add(new Step(operator, since, becomes, rewrite));
  }

  // By operator, older steps first; a renamed operator before its successor.
  static {
    for (String binary :
        List.of(
            "Add", "And", "Div", "Equal", "Greater", "Less", "Mul", "Or", "Pow", "Sub", "Xor")) {
      step(binary, 7, Rewrites::broadcastFromAxis);
    }
    step("BatchNormalization", 7, Rewrites::testOnly);
    step("BatchNormalization", 9, Rewrites::spatialOnly);
    step("BatchNormalization", 14, Rewrites::trainingByResults);
    step("BatchNormalization", ALWAYS, Rewrites::normalizationOfVector);
    step(
        "Clip",
        11,
        (node, out) -> {
          OldNode withMin = Rewrites.realToInput(node, out, "min", 1);
          return Rewrites.realToInput(withMin, out, "max", 2);
        });
    step("DFT", 20, (node, out) -> Rewrites.integerToInput(node, out, "axis", 1, 2));
    step("Dropout", 7, Rewrites::testOnly);
    step("Dropout", 10, Rewrites::maskOfOnes);
    step("Dropout", 12, (node, out) -> Rewrites.realToInput(node, out, "ratio", 1));
    step("Gemm", 7, (node, _) -> node.without("broadcast"));
    step("GridSample", 20, Rewrites::gridSampleModes);
    step("GroupNormalization", 21, Rewrites::groupToChannelParameters);
    step("Hardmax", 13, Rewrites::flattened);
    step("LogSoftmax", 13, Rewrites::flattened);
    step(
        "Pad",
        11,
        (node, out) -> {
          OldNode withPads = Rewrites.integersToInput(node, out, "pads", 1);
          return Rewrites.realToInput(withPads, out, "value", 2);
        });
    step("PRelu", 7, Rewrites::slopeOfChannels);
    for (String reduction :
        List.of(
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceMax",
            "ReduceMean",
            "ReduceMin",
            "ReduceProd",
            "ReduceSumSquare")) {
      step(reduction, 18, (node, out) -> Rewrites.integersToInput(node, out, "axes", 1));
    }
    step("ReduceSum", 13, (node, out) -> Rewrites.integersToInput(node, out, "axes", 1));
    step("Upsample", 9, (node, out) -> Rewrites.realsToInput(node, out, "scales", 1));
    rename("Upsample", 10, "Resize", (node, _) -> node);
    step("Resize", 11, Rewrites::resizeAsymmetric);
    step("Resize", 13, Rewrites::resizeWithoutEmptyOperands);
    step(
        "RoiAlign",
        16,
        (node, _) ->
            node.with("coordinate_transformation_mode", new Attribute.Text("output_half_pixel")));
    step("Scan", 9, BatchedScan::current);
    rename("Scatter", 11, "ScatterElements", (node, _) -> node);
    step(
        "Slice",
        10,
        (node, out) -> {
          OldNode withStarts = Rewrites.integersToInput(node, out, "starts", 1);
          OldNode withEnds = Rewrites.integersToInput(withStarts, out, "ends", 2);
          return Rewrites.integersToInput(withEnds, out, "axes", 3);
        });
    step("Softmax", 13, Rewrites::flattened);
    step("Split", 13, (node, out) -> Rewrites.integersToInput(node, out, "split", 1));
    step("Split", 18, Rewrites::splitCounted);
    step("Squeeze", 13, (node, out) -> Rewrites.integersToInput(node, out, "axes", 1));
    step("TopK", 10, Rewrites::countToInput);
    step("Unsqueeze", 13, (node, out) -> Rewrites.integersToInput(node, out, "axes", 1));
  }

  private OpsetUpgrade() {}

  /// What the operator is called now.
  static String currentName(String operator, int version) {
    String name = operator;
    for (Step step : TABLE) {
      if (step.operator().equals(name) && version < step.since()) {
        name = step.becomes();
      }
    }
    return name;
  }

  /// The node in its operator's current form.
  ///
  /// @param version the version of the operator set the node is of
  /// @throws dev.crease.compiler.op.UnsupportedNodeException if the old form has no current one
  static OldNode apply(OldNode node, int version, GraphBuilder out) {
    OldNode current = node;
    for (Step step : TABLE) {
      // A rewrite may end in another operator; that one is current already.
      boolean applies = step.operator().equals(current.operator()) && version < step.since();
      if (applies) {
        OldNode rewritten = step.rewrite().apply(current, out);
        boolean same = rewritten.operator().equals(step.operator());
        current = same ? rewritten.withOperator(step.becomes()) : rewritten;
        if (!same) {
          return current;
        }
      }
    }
    return current;
  }
}
