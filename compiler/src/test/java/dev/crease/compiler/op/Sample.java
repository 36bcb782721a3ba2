package dev.crease.compiler.op;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// One use of an operator: attributes and concrete operands. Samples are immutable data that any
/// check of all operators can enumerate.
///
/// @param outputs how many results are asked for
public record Sample(String name, Op op, List<Operand> operands, int outputs) {
  public Sample {
    operands = List.copyOf(operands);
  }

  /// An operand, given as a constant of the graph or as one of its inputs; null elements if it is
  /// left out.
  public record Operand(DoubleTensor value, boolean constant) {
    static final Operand ABSENT = new Operand(null, false);

    /// The same elements as another type's.
    Operand as(ElementType type) {
      return new Operand(new DoubleTensor(type, value.shape(), value.data()), constant);
    }

    boolean isAbsent() {
      return value == null;
    }

    /// The same operand as a constant.
    public Operand known() {
      return new Operand(value, true);
    }
  }

  static Sample of(String name, Op op, Operand... operands) {
    return new Sample(name, op, List.of(operands), 1);
  }

  /// The same with another type for type variables of the operator's signature, and values that it
  /// holds: integers are rounded away from 0, unsigned ones have no sign.
  ///
  /// @return empty if no operand has such a variable, or one holds integers that do not fit
  public Optional<Sample> in(Set<String> variables, ElementType type) {
    List<Operand> typed = new ArrayList<>();
    boolean changed = false;
    for (int i = 0; i < operands.size(); i++) {
      Operand operand = operands.get(i);
      List<OpSchema.Parameter> parameters = op.schema().inputs();
      String own = parameters.get(Math.min(i, parameters.size() - 1)).variable();
      if (operand.isAbsent() || !variables.contains(own)) {
        typed.add(operand);
        continue;
      }
      DoubleTensor value = converted(operand.value(), type);
      if (operand.value().type().isInteger() && !sameMagnitudes(operand.value(), value)) {
        return Optional.empty();
      }
      typed.add(new Operand(value, operand.constant()));
      changed = true;
    }
    return changed
        ? Optional.of(new Sample("%s, %s %s".formatted(name, variables, type), op, typed, outputs))
        : Optional.empty();
  }

  /// What is of the type already stays, however large its integers are.
  private static DoubleTensor converted(DoubleTensor x, ElementType type) {
    if (x.type() == type) {
      return x;
    }
    if (!x.isTensor()) {
      List<DoubleTensor> items = x.items().stream().map(item -> converted(item, type)).toList();
      return switch (x.holder()) {
        case TENSOR -> throw new AssertionError(x);
        case SEQUENCE -> DoubleTensor.sequence(type, items);
        case OPTIONAL, OPTIONAL_SEQUENCE ->
            items.isEmpty()
                ? DoubleTensor.nothing(x.holder().held(), type)
                : items.getFirst().optional();
      };
    }
    double[] values = Arrays.stream(x.data()).map(value -> converted(value, type)).toArray();
    return DoubleTensor.of(new DoubleTensor(type, x.shape(), values).toTensor());
  }

  private static double converted(double value, ElementType type) {
    if (type.isFloating()) {
      return value;
    }
    double whole = Math.copySign(Math.ceil(Math.abs(value)), value);
    double most = type.bytes() > 1 ? 30000 : type.isSigned() ? 100 : 200;
    double held = Double.isFinite(value) ? Math.clamp(whole, -most, most) : 0;
    return switch (type) {
      case BOOL -> held == 0 ? 0 : 1;
      default -> type.isSigned() ? held : Math.abs(held);
    };
  }

  private static boolean sameMagnitudes(DoubleTensor a, DoubleTensor b) {
    return b.type() == ElementType.BOOL
        || Arrays.equals(
            Arrays.stream(a.data()).map(Math::abs).toArray(),
            Arrays.stream(b.data()).map(Math::abs).toArray());
  }

  /// The same with float64 for float32.
  Sample wide() {
    List<Operand> wide =
        operands.stream()
            .map(
                operand ->
                    !operand.isAbsent() && operand.value().type() == ElementType.FLOAT32
                        ? operand.as(ElementType.FLOAT64)
                        : operand)
            .toList();
    return new Sample(name + " f64", op, wide, outputs);
  }

  /// Whether the operator takes operands of these types and shapes.
  public boolean isValid() {
    try {
      graph(false);
      return true;
    } catch (InvalidOperandException e) {
      return false;
    }
  }

  /// The same with inputs for constants.
  Sample atRunTime() {
    List<Operand> given =
        operands.stream().map(operand -> new Operand(operand.value(), false)).toList();
    return new Sample(name + ", parameters at run time", op, given, outputs);
  }

  Sample withOutputs(int count) {
    return new Sample(name, op, operands, count);
  }

  /// Normally distributed float32 values, the same at each call.
  static Operand floats(int... shape) {
    return range(-Double.MAX_VALUE, Double.MAX_VALUE, shape);
  }

  /// As [#floats], clamped to a range, since some functions are not defined everywhere.
  static Operand range(double low, double high, int... shape) {
    Random random = new Random(Arrays.hashCode(shape));
    DoubleTensor tensor = DoubleTensor.zeros(ElementType.FLOAT32, shape);
    for (int i = 0; i < tensor.data().length; i++) {
      tensor.data()[i] = (float) Math.clamp(random.nextGaussian() * 2, low, high);
    }
    return new Operand(tensor, false);
  }

  /// Small integers of either sign (none for unsigned types), the same at each call.
  static Operand integers(ElementType type, int... shape) {
    Random random = new Random(Arrays.hashCode(shape));
    DoubleTensor tensor = DoubleTensor.zeros(type, shape);
    for (int i = 0; i < tensor.data().length; i++) {
      int value = random.nextInt(1, 20);
      tensor.data()[i] = type.isSigned() && random.nextBoolean() ? -value : value;
    }
    return new Operand(tensor, false);
  }

  static Operand tensor(ElementType type, int[] shape, double... values) {
    return new Operand(new DoubleTensor(type, shape, values), false);
  }

  /// A sequence of the operands, as an input.
  static Operand sequence(ElementType type, Operand... tensors) {
    List<DoubleTensor> items = Arrays.stream(tensors).map(Operand::value).toList();
    return new Operand(DoubleTensor.sequence(type, items), false);
  }

  /// An optional that holds the operand, as an input.
  static Operand optional(Operand held) {
    return new Operand(held.value().optional(), false);
  }

  /// A constant vector of int64, as shapes and axes are.
  static Operand longs(long... values) {
    double[] data = Arrays.stream(values).asDoubleStream().toArray();
    return tensor(ElementType.INT64, new int[] {data.length}, data).known();
  }

  static Operand scalar(double value) {
    return tensor(ElementType.FLOAT32, new int[0], value).known();
  }

  public EvaluationInputs evaluationInputs() {
    List<DoubleTensor> tensors = new ArrayList<>();
    operands.forEach(operand -> tensors.add(operand.value()));
    return new EvaluationInputs(tensors, outputs, Sample::run);
  }

  /// The graph of this one node. Results are named `y0`, `y1`, ...
  ///
  /// @param symbolic whether floating-point inputs have a symbol for each dimension but 1, the same
  ///   for equal ones
  public Graph graph(boolean symbolic) {
    GraphBuilder builder = new GraphBuilder("sample");
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      Operand operand = operands.get(i);
      if (operand.isAbsent()) {
        values.add(Value.ABSENT);
      } else if (operand.constant()) {
        values.add(builder.constant("c" + i, Constant.of(operand.value().toTensor())));
      } else if (operand.value().isTensor()) {
        values.add(builder.input("x" + i, type(operand.value(), symbolic)));
      } else {
        TensorType type = TensorType.of(operand.value().holder(), operand.value().type());
        values.add(builder.input("x" + i, type, Items.of(operand.value())));
      }
    }
    List<String> names = IntStream.range(0, outputs).mapToObj(i -> "y" + i).toList();
    builder.add("node", op, values, names).forEach(builder::output);
    return builder.build();
  }

  private static TensorType type(DoubleTensor tensor, boolean symbolic) {
    List<Dim> dims = new ArrayList<>();
    for (int size : tensor.shape()) {
      dims.add(
          symbolic && size != 1 && tensor.type().isFloating()
              ? Dim.symbol("d" + size)
              : Dim.of(size));
    }
    return new TensorType(tensor.type(), dims);
  }

  /// What the inputs of [#graph] are given.
  public Map<String, DoubleTensor> inputs() {
    Map<String, DoubleTensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      if (!operands.get(i).isAbsent() && !operands.get(i).constant()) {
        inputs.put("x" + i, operands.get(i).value());
      }
    }
    return Collections.unmodifiableMap(inputs);
  }

  @Override
  public String toString() {
    return op.schema().qualifiedName() + ": " + name;
  }

  private static List<DoubleTensor> run(Graph subgraph, List<DoubleTensor> given) {
    Map<String, DoubleTensor> outputs = Interpreter.run(subgraph, named(subgraph, given));
    return subgraph.outputs().stream().map(output -> outputs.get(output.name())).toList();
  }

  private static Map<String, DoubleTensor> named(Graph subgraph, List<DoubleTensor> given) {
    Map<String, DoubleTensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < given.size(); i++) {
      inputs.put(subgraph.inputs().get(i).name(), given.get(i));
    }
    return inputs;
  }
}
