package dev.crease.compiler.verify;

import dev.crease.compiler.CompilerBugException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DeclaredRank;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InexactIntegerException;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs a graph by the reference semantics of its operators. Floating-point values stay doubles
/// from the inputs to the outputs. A value is dropped after its last use. A subgraph is run by an
/// interpreter of its own, which reads captured values of the one around it.
public final class Interpreter {
  private final Graph graph;
  private final Listener listener;
  private final Evaluation evaluation;
  private final @Nullable Interpreter outer;
  private final Map<Value, Integer> remainingUses = new HashMap<>();
  private final Map<String, Long> symbols = new HashMap<>();
  private final Map<Value, DoubleTensor> values = new HashMap<>();

  private Interpreter(
      Graph graph, Listener listener, Evaluation evaluation, @Nullable Interpreter outer) {
    this.graph = graph;
    this.listener = listener;
    this.evaluation = evaluation;
    this.outer = outer;
    if (outer != null) {
      symbols.putAll(outer.symbols);
    }
    for (Node node : graph.nodes()) {
      node.reads().forEach(value -> remainingUses.merge(value, 1, Integer::sum));
    }
    graph.outputs().forEach(value -> remainingUses.merge(value, 1, Integer::sum));
  }

  /// Sees every node's results as they are computed.
  @FunctionalInterface
  public interface Listener {
    /// @param results one for each result of the node, also for those that are left out
    void computed(Node node, List<DoubleTensor> results);
  }

  /// How the results of a node come about: usually its operator's own [evaluation][Op#evaluate].
  @FunctionalInterface
  interface Evaluation {
    List<DoubleTensor> of(Node node, EvaluationInputs inputs);
  }

  /// The graph's outputs by name, in order.
  ///
  /// @param inputs by name; one that is missing takes its default
  /// @throws InvalidOperandException if an input is missing, unknown, or not of its declared type,
  ///   or a node cannot compute with the values it gets
  /// @throws CompilerBugException if an operator's result is not of its inferred type
  public static Map<String, DoubleTensor> run(Graph graph, Map<String, DoubleTensor> inputs) {
    return run(graph, inputs, (_, _) -> {});
  }

  /// As [#run(Graph, Map)], with every node's results shown to `listener`.
  public static Map<String, DoubleTensor> run(
      Graph graph, Map<String, DoubleTensor> inputs, Listener listener) {
    return run(graph, inputs, listener, (node, operands) -> node.op().evaluate(operands));
  }

  /// As [#run(Graph, Map, Listener)], with nodes evaluated otherwise.
  static Map<String, DoubleTensor> run(
      Graph graph, Map<String, DoubleTensor> inputs, Listener listener, Evaluation evaluation) {
    Interpreter interpreter = new Interpreter(graph, listener, evaluation, null);
    interpreter.bindInputs(inputs);
    List<DoubleTensor> results = interpreter.run();
    Map<String, DoubleTensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      outputs.put(graph.outputs().get(i).name(), results.get(i));
    }
    return outputs;
  }

  private List<DoubleTensor> run() {
    graph.nodes().forEach(this::compute);
    return graph.outputs().stream().map(this::read).toList();
  }

  private List<DoubleTensor> runInside(Graph subgraph, List<DoubleTensor> inputs) {
    Interpreter inner = new Interpreter(subgraph, listener, evaluation, this);
    for (int i = 0; i < inputs.size(); i++) {
      inner.bind(subgraph.inputs().get(i), inputs.get(i));
    }
    return inner.run();
  }

  private void bindInputs(Map<String, DoubleTensor> inputs) {
    for (Value input : graph.inputs()) {
      DoubleTensor given = inputs.get(input.name());
      if (given == null) {
        Constant missing = graph.defaults().get(input);
        if (missing == null) {
          throw new InvalidOperandException("the input %s is missing".formatted(input));
        }
        given = missing.toDoubleTensor();
      }
      bind(input, given);
    }
    for (String name : inputs.keySet()) {
      if (graph.inputs().stream().noneMatch(input -> input.name().equals(name))) {
        throw new InvalidOperandException(
            "the graph has no input `%s`, only %s".formatted(name, graph.inputs()));
      }
    }
  }

  private void bind(Value input, DoubleTensor given) {
    if (!agrees(input.type(), given)) {
      throw new InvalidOperandException(
          "the input %s was given %s where the dimensions are %s".formatted(input, given, symbols));
    }
    checkExact(given);
    values.put(input, given);
  }

  /// A double holds every integer up to 2^53. Powers of two are held as well; they, and the ends of
  /// the 64-bit types next to them, stand for "as far as there is" in slices. What was rounded to
  /// one is refused where that happens, by [DoubleTensor#of] or [ExactIntegers].
  private static void checkExact(DoubleTensor tensor) {
    tensor.items().forEach(Interpreter::checkExact);
    if (tensor.type() != ElementType.INT64 && tensor.type() != ElementType.UINT64) {
      return;
    }
    for (double value : tensor.data()) {
      boolean powerOfTwo = Math.scalb(1.0, Math.getExponent(value)) == Math.abs(value);
      if (Math.abs(value) > 0x1p53 && !powerOfTwo) {
        throw new InexactIntegerException("%s holds the integer %.0f".formatted(tensor, value));
      }
    }
  }

  /// Whether a tensor has the type, at the values of its symbols. A symbol without value takes the
  /// size that it meets where it is a whole dimension.
  private boolean agrees(TensorType type, DoubleTensor tensor) {
    if (type.element() != tensor.type() || type.holder() != tensor.holder()) {
      return false;
    }
    if (!type.isTensor()) {
      return true;
    }
    if (type.rank() != tensor.rank()) {
      return false;
    }
    for (int axis = 0; axis < type.rank(); axis++) {
      Dim dim = type.dim(axis);
      long size = tensor.dim(axis);
      if (dim.equals(Dim.symbol(dim.toString()))) {
        symbols.putIfAbsent(dim.toString(), size);
      }
      boolean bound = symbols.keySet().containsAll(dim.symbols());
      if (bound && !isSize(dim, size)) {
        return false;
      }
    }
    return true;
  }

  private boolean isSize(Dim dim, long size) {
    try {
      return dim.evaluate(symbols) == size;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  private void compute(Node node) {
    List<@Nullable DoubleTensor> operands = new ArrayList<>();
    for (Value value : node.inputs()) {
      operands.add(value.isAbsent() ? null : read(value));
    }
    node.inputs().forEach(this::release);
    List<DoubleTensor> results = evaluate(node, operands);
    node.captures().forEach(this::release);
    for (int i = 0; i < node.outputs().size(); i++) {
      checkDeclared(node, node.output(i), results.get(i));
      if (remainingUses.containsKey(node.output(i))) {
        values.put(node.output(i), results.get(i));
      }
    }
    listener.computed(node, results);
  }

  private List<DoubleTensor> evaluate(Node node, List<@Nullable DoubleTensor> operands) {
    EvaluationInputs inputs =
        new EvaluationInputs(operands, node.outputs().size(), this::runInside);
    try {
      // What inference could not know before the run must fit as well.
      List<TensorType> types = node.op().infer(new RunOperands(inputs, node.outputs()));
      types.forEach(Interpreter::checkSize);
      List<DoubleTensor> results = evaluation.of(node, inputs);
      ExactIntegers.check(node.op(), inputs, results);
      for (int i = 0; i < node.outputs().size(); i++) {
        checkInference(node, types.get(i), results.get(i));
        checkExact(results.get(i));
      }
      return results;
    } catch (InvalidOperandException e) {
      throw e.at(node.label());
    }
  }

  private static void checkSize(TensorType type) {
    long[] dims = type.knownDims().orElse(new long[0]);
    if (Arrays.stream(dims).asDoubleStream().reduce(1, (a, b) -> a * b) > Integer.MAX_VALUE) {
      throw new InvalidOperandException("its result, " + type + ", is too large for a tensor");
    }
  }

  /// The reference and the inference of types are written apart, so each checks the other; but what
  /// is declared, and not inferred, the run may contradict.
  private static void checkInference(Node node, TensorType type, DoubleTensor result) {
    if (!(node.op() instanceof DeclaredRank) && !type.agreesWith(RunOperands.type(result))) {
      throw new CompilerBugException(
          "%s computes %s where its inferred type is %s".formatted(node.label(), result, type));
    }
  }

  /// A declared type stands where inference knows less, so a run may contradict it.
  private void checkDeclared(Node node, Value value, DoubleTensor result) {
    if (!value.isAbsent() && !agrees(value.type(), result)) {
      throw new InvalidOperandException(
          "%s: the type of `%s` is %s, but it is %s where the dimensions are %s"
              .formatted(node.label(), value.name(), value.type(), result, symbols));
    }
  }

  private DoubleTensor read(Value value) {
    DoubleTensor tensor = values.get(value);
    if (tensor != null) {
      return tensor;
    }
    Constant constant = graph.constants().get(value);
    if (constant != null) {
      return constant.toDoubleTensor();
    }
    if (outer == null) {
      throw new InvalidOperandException("nothing computes " + value);
    }
    return outer.read(value);
  }

  private void release(Value value) {
    if (remainingUses.merge(value, -1, Integer::sum) == 0) {
      values.remove(value);
    }
  }
}
