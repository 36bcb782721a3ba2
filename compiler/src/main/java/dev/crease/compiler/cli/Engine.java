package dev.crease.compiler.cli;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Something that runs a model: the interpreter or a session of its plan.
interface Engine extends AutoCloseable {
  List<TensorInfo> inputs();

  List<String> outputs();

  /// @throws InputException if the inputs do not fit the model, or not together, or are too large
  Map<String, Tensor> run(Map<String, Tensor> inputs);

  @Override
  void close();

  /// Which sizes may have been at fault, and how to set them.
  private static String hint(Map<String, Tensor> inputs, List<String> symbols) {
    return symbols.isEmpty()
        ? ""
        : " (run on %s, where a size that is not given is 1; give %s)"
            .formatted(inputs, DimensionSizes.options(symbols));
  }

  /// @throws InputException if this machine cannot run the plan so
  static Engine of(Plan plan, SessionOptions options) {
    try {
      return new Compiled(plan, plan.newSession(options));
    } catch (IllegalStateException e) {
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
  }

  /// The reference semantics.
  record Reference(Graph graph) implements Engine {
    @Override
    public List<TensorInfo> inputs() {
      return graph.inputs().stream().map(this::info).toList();
    }

    private TensorInfo info(Value input) {
      return new TensorInfo(
          input.name(),
          input.type().element(),
          input.type().dims().stream().map(Object::toString).toList(),
          graph.defaults().containsKey(input));
    }

    @Override
    public List<String> outputs() {
      return graph.outputs().stream().map(Value::name).toList();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      evaluate(inputs).forEach((name, tensor) -> outputs.put(name, rounded(tensor)));
      return outputs;
    }

    /// The outputs as the interpreter has them, not rounded to their element types.
    Map<String, DoubleTensor> evaluate(Map<String, Tensor> inputs) {
      return evaluate(exact(inputs), inputs, (_, _) -> {});
    }

    /// @param given the inputs as they are shown in messages
    Map<String, DoubleTensor> evaluate(
        Map<String, DoubleTensor> inputs,
        Map<String, Tensor> given,
        Interpreter.Listener listener) {
      try {
        return Interpreter.run(graph, inputs, listener);
      } catch (InvalidOperandException e) {
        List<String> symbols =
            graph.inputs().stream()
                .flatMap(input -> input.type().dims().stream())
                .filter(dim -> !dim.isKnown())
                .map(Object::toString)
                .distinct()
                .toList();
        throw new InputException(e.getMessage() + hint(given, symbols), e);
      }
    }

    /// The inputs as the interpreter takes them.
    static Map<String, DoubleTensor> exact(Map<String, Tensor> inputs) {
      Map<String, DoubleTensor> doubles = new LinkedHashMap<>();
      inputs.forEach((name, tensor) -> doubles.put(name, exact(tensor)));
      return doubles;
    }

    private static DoubleTensor exact(Tensor tensor) {
      if (tensor.type() == ElementType.STRING) {
        throw new UnsupportedModelException(
            List.of("an input of strings, for which the double interpreter has no values"));
      }
      return new DoubleTensor(
          tensor.type(), tensor.shape(), Elements.toDoubles(tensor.type(), tensor.array()));
    }

    private static Tensor rounded(DoubleTensor tensor) {
      Object array = Elements.fromDoubles(tensor.type(), tensor.data());
      return Tensor.of(tensor.type(), array, tensor.shape());
    }

    @Override
    public void close() {}
  }

  /// A session of a plan.
  record Compiled(Plan plan, Session session) implements Engine {
    @Override
    public List<TensorInfo> inputs() {
      return plan.inputs();
    }

    @Override
    public List<String> outputs() {
      return plan.outputs().stream().map(TensorInfo::name).toList();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
      try {
        return session.run(inputs);
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw new InputException(e.getMessage() + hint(inputs, plan.program().symbols()), e);
      }
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
