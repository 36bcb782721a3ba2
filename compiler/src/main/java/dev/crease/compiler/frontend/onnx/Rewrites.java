package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The rewrites that [OpsetUpgrade] lists.
final class Rewrites {
  private Rewrites() {}

  static OldNode unsupported(String what) {
    throw new UnsupportedNodeException(what + " is not supported");
  }

  /// A list of integers that was an attribute.
  static OldNode integersToInput(OldNode node, GraphBuilder out, String attribute, int input) {
    if (!node.attributes().has(attribute)) {
      return node;
    }
    List<Long> values = value(node, attribute, Attribute.Ints.class).values();
    Constant constant = Constant.ofLongs(values.stream().mapToLong(Long::longValue).toArray());
    return toInput(node, out, attribute, input, constant);
  }

  /// An integer that was an attribute with a default of its own.
  static OldNode integerToInput(
      OldNode node, GraphBuilder out, String attribute, long fallback, int input) {
    long value =
        node.attributes().has(attribute)
            ? value(node, attribute, Attribute.Int.class).value()
            : fallback;
    return toInput(node, out, attribute, input, Constant.scalar(value));
  }

  static OldNode realsToInput(OldNode node, GraphBuilder out, String attribute, int input) {
    if (!node.attributes().has(attribute)) {
      return node;
    }
    List<Float> values = value(node, attribute, Attribute.Floats.class).values();
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return toInput(node, out, attribute, input, Constant.of(Tensor.of(array, array.length)));
  }

  /// A number that was an attribute and is a scalar of the first operand's type now.
  static OldNode realToInput(OldNode node, GraphBuilder out, String attribute, int input) {
    if (!node.attributes().has(attribute)) {
      return node;
    }
    float value = value(node, attribute, Attribute.Float.class).value();
    Constant constant = Constant.splat(type(node, 0).element(), new long[0], value);
    return toInput(node, out, attribute, input, constant);
  }

  private static OldNode toInput(
      OldNode node, GraphBuilder out, String attribute, int input, Constant constant) {
    Value value = out.constant(out.freshName(node.part(attribute)), constant);
    return node.without(attribute).withInput(input, value);
  }

  /// TopK before version 10: `k`, a scalar attribute, became a vector of one element.
  static OldNode countToInput(OldNode node, GraphBuilder out) {
    long count = value(node, "k", Attribute.Int.class).value();
    return toInput(node, out, "k", 1, Constant.ofLongs(count));
  }

  /// Before version 7, the second operand was extended to the first one's shape only on demand, and
  /// could start at any axis.
  static OldNode broadcastFromAxis(OldNode node, GraphBuilder out) {
    OldNode current = node.without("broadcast").without("axis");
    if (!node.attributes().has("axis") || !node.attributes().has("broadcast")) {
      return current;
    }
    long given = value(node, "axis", Attribute.Int.class).value();
    int rank = type(node, 0).rank();
    long axis = given < 0 ? given + rank : given;
    long missing = rank - axis - type(node, 1).rank();
    if (axis < 0 || missing < 0) {
      throw new InvalidOperandException(
          "%s has no place in %s at axis %d".formatted(type(node, 1), type(node, 0), given));
    }
    return withTrailingAxes(current, (int) missing, out);
  }

  /// Before version 7, a vector of slopes was one for each channel.
  static OldNode slopeOfChannels(OldNode node, GraphBuilder out) {
    boolean vector = type(node, 1).rank() == 1 && !type(node, 1).elements().is(1);
    return vector ? withTrailingAxes(node, type(node, 0).rank() - 2, out) : node;
  }

  /// The second operand with so many dimensions of 1 more at the end.
  private static OldNode withTrailingAxes(OldNode node, int count, GraphBuilder out) {
    if (count <= 0) {
      return node;
    }
    long[] axes = new long[count];
    for (int i = 0; i < count; i++) {
      axes[i] = type(node, 1).rank() + i;
    }
    Value list = out.constant(out.freshName(node.part("axes")), Constant.ofLongs(axes));
    return node.withInput(
        1, add(out, "Unsqueeze", Attributes.NONE, node.part("extended"), node.input(1), list));
  }

  /// Before version 7, an attribute told training, the default, from inference.
  static OldNode testOnly(OldNode node, GraphBuilder out) {
    boolean test =
        node.attributes().has("is_test")
            && value(node, "is_test", Attribute.Int.class).value() != 0;
    return test
        ? node.without("is_test")
        : unsupported("the training form before version 7 (is_test = 0)");
  }

  /// Normalization over everything but the channel axis was `spatial = 1`, the default.
  static OldNode spatialOnly(OldNode node, GraphBuilder out) {
    boolean spatial =
        !node.attributes().has("spatial")
            || value(node, "spatial", Attribute.Int.class).value() != 0;
    return spatial
        ? node.without("spatial")
        : unsupported("spatial = 0 (a mean and variance for each element)");
  }

  /// Before version 14, asking for more than the first result meant training. Two results more than
  /// now were there for gradients alone.
  static OldNode trainingByResults(OldNode node, GraphBuilder out) {
    boolean training = false;
    for (int i = 1; i < node.outputs().size(); i++) {
      training |= node.hasOutput(i);
    }
    int kept = Math.min(training ? 3 : 1, node.outputs().size());
    OldNode current = node.withOutputs(node.outputs().subList(0, kept));
    return training ? current.with("training_mode", new Attribute.Int(1)) : current;
  }

  /// A vector is a batch of one channel without pixels.
  static OldNode normalizationOfVector(OldNode node, GraphBuilder out) {
    if (type(node, 0).rank() != 1) {
      return node;
    }
    if (node.attributes().has("training_mode")
        && value(node, "training_mode", Attribute.Int.class).value() != 0) {
      return unsupported("training on a vector");
    }
    Value axis = out.constant(out.freshName(node.part("axis")), Constant.ofLongs(1));
    List<Value> operands = new ArrayList<>(node.inputs());
    operands.set(
        0, add(out, "Unsqueeze", Attributes.NONE, node.part("column"), node.input(0), axis));
    Value column =
        add(
            out,
            node.operator(),
            node.attributes(),
            node.part("normalized"),
            operands.toArray(Value[]::new));
    return node.withOperator("Squeeze")
        .withAttributes(Attributes.NONE)
        .withInputs(List.of(column, axis));
  }

  /// Before version 10, the mask was of the operand's type: ones, since nothing is dropped. Most
  /// exporters name it without need.
  static OldNode maskOfOnes(OldNode node, GraphBuilder out) {
    if (node.isRead(1)) {
      Value shape = add(out, "Shape", Attributes.NONE, node.part("shape"), node.input(0));
      Constant one = Constant.splat(type(node, 0).element(), new long[] {1}, 1);
      Attributes value = Attributes.NONE.with("value", new Attribute.Tensor(one));
      Op ones = Operators.find("ConstantOfShape").orElseThrow().create(value);
      out.add("", ones, List.of(shape), List.of(node.outputs().get(1)));
    }
    return node.withOutputs(node.outputs().subList(0, 1));
  }

  static OldNode gridSampleModes(OldNode node, GraphBuilder out) {
    if (!node.attributes().has("mode")) {
      return node;
    }
    String mode = value(node, "mode", Attribute.Text.class).value();
    String current =
        switch (mode) {
          case "bilinear" -> "linear";
          case "bicubic" -> "cubic";
          default -> mode;
        };
    return node.with("mode", new Attribute.Text(current));
  }

  /// Before version 13, the operand was a matrix: all axes before `axis` are its rows, the others
  /// its columns.
  static OldNode flattened(OldNode node, GraphBuilder out) {
    TensorType type = type(node, 0);
    long given =
        node.attributes().has("axis") ? value(node, "axis", Attribute.Int.class).value() : 1;
    long axis = given < 0 ? given + type.rank() : given;
    if (axis < 0 || axis > type.rank()) {
      throw new InvalidOperandException("axis %d is not an axis of %s".formatted(given, type));
    }
    if (axis == type.rank() - 1) {
      return node.with("axis", new Attribute.Int(axis));
    }
    Value x = node.input(0);
    Attributes flatAxis = Attributes.NONE.with("axis", axis);
    Value matrix = add(out, "Flatten", flatAxis, node.part("matrix"), x);
    Value result =
        add(out, node.operator(), node.attributes().with("axis", 1L), node.part("rows"), matrix);
    Value shape = add(out, "Shape", Attributes.NONE, node.part("shape"), x);
    return node.withOperator("Reshape")
        .withAttributes(Attributes.NONE)
        .withInputs(List.of(result, shape));
  }

  /// Before version 21, scale and bias had an element for each group, now for each channel.
  static OldNode groupToChannelParameters(OldNode node, GraphBuilder out) {
    TensorType x = type(node, 0);
    OptionalLong known = x.rank() < 2 ? OptionalLong.empty() : x.dim(1).known();
    long groups = value(node, "num_groups", Attribute.Int.class).value();
    if (known.isEmpty() || groups <= 0 || known.getAsLong() % groups != 0) {
      return unsupported("the form before version 21 with an unknown number of channels");
    }
    long channels = known.getAsLong();
    OldNode changed = node;
    for (int input = 1; input <= 2; input++) {
      String part = node.part(input == 1 ? "scale" : "bias");
      Value column = reshape(out, part, node.input(input), groups, 1);
      Value target = out.constant(out.freshName(part), Constant.ofLongs(groups, channels / groups));
      Value matrix = add(out, "Expand", Attributes.NONE, part, column, target);
      changed = changed.withInput(input, reshape(out, part, matrix, channels));
    }
    return changed;
  }

  private static Value reshape(GraphBuilder out, String name, Value value, long... dims) {
    Value shape = out.constant(out.freshName(name + ".shape"), Constant.ofLongs(dims));
    return add(out, "Reshape", Attributes.NONE, name, value, shape);
  }

  /// Before version 11, coordinates were `asymmetric`, nearest neighbours rounded down, and there
  /// was no `roi`.
  static OldNode resizeAsymmetric(OldNode node, GraphBuilder out) {
    OldNode current =
        node.withInputs(List.of(node.input(0), Value.ABSENT, node.input(1)))
            .with("coordinate_transformation_mode", new Attribute.Text("asymmetric"));
    boolean nearest =
        !node.attributes().has("mode")
            || value(node, "mode", Attribute.Text.class).value().equals("nearest");
    return nearest ? current.with("nearest_mode", new Attribute.Text("floor")) : current;
  }

  /// Before version 13, operands that do not count were given as empty tensors.
  static OldNode resizeWithoutEmptyOperands(OldNode node, GraphBuilder out) {
    OldNode current = node;
    for (int i = 1; i < node.inputs().size(); i++) {
      Value input = node.input(i);
      if (!input.isAbsent() && input.type().elements().is(0)) {
        current = current.withInput(i, Value.ABSENT);
      }
    }
    return current;
  }

  /// Before version 18, a node without sizes split evenly among its results.
  static OldNode splitCounted(OldNode node, GraphBuilder out) {
    return node.input(1).isAbsent()
        ? node.with("num_outputs", new Attribute.Int(node.outputs().size()))
        : node;
  }

  private static TensorType type(OldNode node, int input) {
    if (node.input(input).isAbsent()) {
      throw new InvalidOperandException("operand %d is left out".formatted(input));
    }
    return node.input(input).type();
  }

  private static Value add(
      GraphBuilder out, String operator, Attributes attributes, String name, Value... operands) {
    var schema =
        Operators.find(operator)
            .orElseThrow(
                () ->
                    new UnsupportedNodeException(
                        "the old form needs %s, which is not supported".formatted(operator)));
    return out.add("", schema.create(attributes), List.of(operands), List.of(out.freshName(name)))
        .getFirst();
  }

  private static <T extends Attribute> T value(OldNode node, String name, Class<T> kind) {
    Attribute value = node.attributes().get(name).orElse(null);
    if (!kind.isInstance(value)) {
      throw new InvalidOperandException(
          value == null
              ? "attribute %s is missing".formatted(name)
              : "attribute %s is of kind %s".formatted(name, value.kind()));
    }
    return kind.cast(value);
  }
}
