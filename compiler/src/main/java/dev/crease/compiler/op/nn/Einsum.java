package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// ONNX `Einsum`: products of elements of the operands, one for each choice of the dimensions that
/// the equation names, summed over those that the result does not name. `...` stands for dimensions
/// that broadcast; also a named dimension of 1 does.
public record Einsum(String equation) implements Composite {
  public static final OpSchema SCHEMA =
      OpSchema.named("Einsum")
          .since(12)
          .attribute("equation", Attribute.Kind.TEXT)
          .variadicInput("Inputs", "T", TypeSets.NUMBERS)
          .output("Output", "T", TypeSets.NUMBERS)
          .build(a -> new Einsum(a.text("equation")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("equation", equation);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    List<TensorType> types = IntStream.range(0, operands.count()).mapToObj(operands::type).toList();
    EinsumEquation parsed = parsed(types);
    Map<Integer, Dim> sizes = sizes(parsed, types);
    List<Dim> dims = parsed.result().stream().map(label -> size(sizes, label)).toList();
    return List.of(types.getFirst().withDims(dims));
  }

  EinsumEquation parsed(List<TensorType> types) {
    return EinsumEquation.of(equation, types.stream().map(TensorType::rank).toList());
  }

  static Dim size(Map<Integer, Dim> sizes, int label) {
    return Objects.requireNonNull(sizes.get(label));
  }

  /// The common size of the dimensions of each label.
  ///
  /// @throws InvalidOperandException if two differ and neither is 1
  Map<Integer, Dim> sizes(EinsumEquation parsed, List<TensorType> types) {
    Map<Integer, Dim> sizes = new HashMap<>();
    for (int i = 0; i < types.size(); i++) {
      List<Integer> term = parsed.terms().get(i);
      for (int axis = 0; axis < term.size(); axis++) {
        List<Dim> dim = List.of(types.get(i).dim(axis));
        List<Dim> before = List.of(sizes.getOrDefault(term.get(axis), Dim.ONE));
        String name = "Einsum '" + equation + "'";
        sizes.put(term.get(axis), Broadcast.dims(name, before, dim).getFirst());
      }
    }
    return sizes;
  }

  /// All choices in turn, each operand at the sum of its strides.
  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    List<TensorType> types = new ArrayList<>();
    for (int i = 0; i < inputs.count(); i++) {
      long[] dims = Arrays.stream(inputs.get(i).shape()).asLongStream().toArray();
      types.add(TensorType.of(inputs.get(i).type(), dims));
    }
    EinsumEquation parsed = parsed(types);
    Map<Integer, Dim> sizes = sizes(parsed, types);
    List<Integer> labels = parsed.labels();
    int[] all = labels.stream().mapToInt(label -> (int) known(size(sizes, label))).toArray();
    int[] shape = Arrays.copyOf(all, parsed.result().size());
    int[][] strides = new int[inputs.count()][];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = strides(inputs.get(i).shape(), parsed.terms().get(i), labels, all);
    }
    DoubleTensor y = DoubleTensor.zeros(inputs.get(0).type(), shape);
    int summands = Strides.count(all, shape.length, all.length);
    int[] index = new int[all.length];
    for (int i = 0; i < y.data().length * summands; i++) {
      double product = 1;
      for (int k = 0; k < strides.length; k++) {
        int at = 0;
        for (int j = 0; j < index.length; j++) {
          at += index[j] * strides[k][j];
        }
        product *= inputs.get(k).data()[at];
      }
      y.data()[i / summands] += product;
      advance(index, all);
    }
    if (y.type().isInteger()) {
      Elements.round(y.type(), y.data(), y.data().length);
    }
    return List.of(y);
  }

  private static long known(Dim dim) {
    return dim.known().getAsLong();
  }

  private static int[] strides(int[] shape, List<Integer> term, List<Integer> labels, int[] all) {
    int[] dense = Strides.rowMajor(shape);
    int[] strides = new int[labels.size()];
    for (int axis = 0; axis < shape.length; axis++) {
      int at = labels.indexOf(term.get(axis));
      strides[at] += shape[axis] == 1 && all[at] != 1 ? 0 : dense[axis];
    }
    return strides;
  }

  private static void advance(int[] index, int[] shape) {
    for (int axis = index.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) {
        return;
      }
      index[axis] = 0;
    }
  }

  /// Sums of products are matrix products of two operands after the other; integers of fewer than
  /// 32 bits, which those do not know, wrap around in int32 as in their own type.
  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    List<TensorType> types = inputs.stream().map(Value::type).toList();
    ElementType type = types.getFirst().element();
    boolean narrow = type.isInteger() && type.bytes() < 4;
    EinsumEquation parsed = parsed(types);
    EinsumExpansion expansion = new EinsumExpansion(parsed, sizes(parsed, types), out);
    List<Value> operands =
        narrow
            ? inputs.stream().map(x -> out.add(new Cast(ElementType.INT32), x)).toList()
            : inputs;
    Value y = expansion.expand(operands);
    return List.of(narrow ? out.add(new Cast(type), y) : y);
  }
}
