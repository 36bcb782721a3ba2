package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// ONNX `ConvTranspose`, the transpose of `Conv`: element `i` of `X` `(N, C, spatial...)` times tap
/// `t` of `W` `(C, M / group, kernel...)` is added to element `i stride + t dilation - pad` of `Y`
/// `(N, M, spatial...)`, and the optional bias `B` `(M)` to all. Group `g` of output channels sees
/// group `g` of input channels.
///
/// A spatial dimension of `Y` is `stride (x - 1) + output_padding + (kernel - 1) dilation + 1`
/// without the pads, or `output_shape` says it, or `auto_pad` makes it `stride x`; the latter two
/// decide the pads.
///
/// @param outputPadding empty if left out, as `outputShape`
public record ConvTranspose(
    WindowAttributes window, long group, List<Long> outputPadding, List<Long> outputShape)
    implements Primitive {
  public static final OpSchema SCHEMA =
      WindowAttributes.declare(OpSchema.named("ConvTranspose").since(22), false)
          .attribute("group", 1)
          .optional("output_padding", Attribute.Kind.INTS)
          .optional("output_shape", Attribute.Kind.INTS)
          .input("X", "T", TypeSets.FLOATS)
          .input("W", "T", TypeSets.FLOATS)
          .optionalInput("B", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(ConvTranspose::of);

  public ConvTranspose {
    if (group < 1) {
      throw new IllegalArgumentException("group is " + group + ", expected at least 1");
    }
    outputPadding = nonNegative("output_padding", outputPadding);
    outputShape = nonNegative("output_shape", outputShape);
  }

  private static List<Long> nonNegative(String name, List<Long> values) {
    if (values.stream().anyMatch(value -> value < 0 || value > Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "%s is %s, expected numbers of at least 0".formatted(name, values));
    }
    return List.copyOf(values);
  }

  private static ConvTranspose of(Attributes attributes) {
    return new ConvTranspose(
        WindowAttributes.of(attributes),
        attributes.integer("group"),
        list(attributes, "output_padding"),
        list(attributes, "output_shape"));
  }

  private static List<Long> list(Attributes attributes, String name) {
    return attributes.has(name) ? attributes.integers(name) : List.of();
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    Attributes attributes = window.attributes().with("group", group);
    if (!outputPadding.isEmpty()) {
      attributes = attributes.with("output_padding", outputPadding);
    }
    return outputShape.isEmpty() ? attributes : attributes.with("output_shape", outputShape);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    TensorType w = operands.type(1);
    if (x.rank() < 3 || x.rank() != w.rank()) {
      throw new InvalidOperandException(
          "ConvTranspose needs X and W of one rank of at least 3, got %s and %s".formatted(x, w));
    }
    if (x.dim(1).isKnown() && w.dim(0).isKnown() && !x.dim(1).equals(w.dim(0))) {
      throw new InvalidOperandException(
          "ConvTranspose with weights %s needs X with %s channels, got %s"
              .formatted(w, w.dim(0), x));
    }
    if (w.dim(0).isKnown() && w.dim(0).known().getAsLong() % group != 0) {
      throw new InvalidOperandException(
          "ConvTranspose has group %d, which does not divide the %s channels of weights %s"
              .formatted(group, w.dim(0), w));
    }
    Dim maps = w.dim(1).times(group);
    if (operands.has(2)) {
      checkBias(operands.type(2), maps);
    }
    List<Dim> dims = new ArrayList<>(List.of(x.dim(0), maps));
    dims.addAll(scatter(w).outputs(x.dims().subList(2, x.rank())));
    return List.of(x.withDims(dims));
  }

  private static void checkBias(TensorType bias, Dim maps) {
    boolean both = bias.rank() == 1 && bias.dim(0).isKnown() && maps.isKnown();
    if (bias.rank() != 1 || both && !bias.dim(0).equals(maps)) {
      throw new InvalidOperandException(
          "ConvTranspose needs B of shape [%s], got %s".formatted(maps, bias));
    }
  }

  private ScatteredWindow scatter(TensorType w) {
    List<Dim> dims = w.dims().subList(2, w.rank());
    List<Long> taps =
        dims.stream().allMatch(Dim::isKnown)
            ? dims.stream().map(dim -> dim.known().getAsLong()).toList()
            : window.kernel();
    if (taps.isEmpty()) {
      throw new InvalidOperandException(
          "ConvTranspose with weights %s of unknown kernel needs the attribute kernel_shape"
              .formatted(w));
    }
    SlidingWindow sliding = window.over("ConvTranspose", w.rank() - 2, false, taps);
    return ScatteredWindow.of(sliding, outputPadding, outputShape);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    DoubleTensor w = inputs.get(1);
    long[] weightShape = Arrays.stream(w.shape()).asLongStream().toArray();
    ScatteredWindow scatter = scatter(TensorType.of(w.type(), weightShape));
    var product = new TransposedConvolution(scatter, x, w, (int) group);
    double[] y = product.evaluate();
    if (inputs.has(2)) {
      double[] bias = inputs.get(2).data();
      for (int i = 0; i < y.length; i++) {
        y[i] += bias[i / product.outputs() % bias.length];
      }
    }
    return List.of(new DoubleTensor(x.type(), product.shape(), y));
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    if (!Pool.isVector(x)) {
      List<Dim> parameters = new ArrayList<>(List.of(Dim.of(group)));
      List<Dim> spatial = x.dims().subList(2, x.rank());
      parameters.addAll(scatter(node.input(1).type()).parameters(spatial));
      Calling.lower(node, to, Routine.CONV_TRANSPOSE, parameters, List.of());
      return;
    }
    int bias = node.hasInput(2) ? to.readVector(node.input(2)) : Instruction.ABSENT;
    new TransposedPhases(node, scatter(node.input(1).type()), (int) group, bias, to).emit();
  }
}
