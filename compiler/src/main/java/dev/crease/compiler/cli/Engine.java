package dev.crease.compiler.cli;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import dev.crease.runtime.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Something that runs a model: the interpreter or a session of its plan.
interface Engine extends AutoCloseable {
  List<TensorInfo> inputs();

  List<TensorInfo> outputs();

  /// @throws InputException if the inputs do not fit the model, or not together, or are too large,
  ///   or an output is no tensor
  default Map<String, Tensor> run(Map<String, Tensor> inputs) {
    for (TensorInfo output : outputs()) {
      if (!output.isTensor()) {
        throw new InputException(
            "the output `%s` is no tensor, which only `crease run` and `crease conformance` can handle"
                .formatted(output));
      }
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    evaluate(inputs).forEach((name, value) -> outputs.put(name, (Tensor) value));
    return outputs;
  }

  /// As [#run], where sequences and optionals may be among inputs and outputs.
  Map<String, Value> evaluate(Map<String, ? extends Value> inputs);

  @Override
  void close();

  /// Which sizes may have been at fault, and how to set them.
  private static String hint(Map<String, ? extends Value> inputs, List<String> symbols) {
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

    private TensorInfo info(dev.crease.compiler.ir.Value value) {
      return new TensorInfo(
          value.name(),
          value.type().element(),
          value.type().dims().stream().map(Object::toString).toList(),
          graph.defaults().containsKey(value),
          value.type().holder());
    }

    @Override
    public List<TensorInfo> outputs() {
      return graph.outputs().stream().map(this::info).toList();
    }

    @Override
    public Map<String, Value> evaluate(Map<String, ? extends Value> inputs) {
      Map<String, Value> outputs = new LinkedHashMap<>();
      unrounded(exact(inputs), inputs, (_, _) -> {})
          .forEach((name, tensor) -> outputs.put(name, tensor.toValue()));
      return outputs;
    }

    /// The outputs as the interpreter has them, not rounded to their element types.
    Map<String, DoubleTensor> unrounded(Map<String, Tensor> inputs) {
      return unrounded(exact(inputs), inputs, (_, _) -> {});
    }

    /// @param given the inputs as they are shown in messages
    Map<String, DoubleTensor> unrounded(
        Map<String, DoubleTensor> inputs,
        Map<String, ? extends Value> given,
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
    Map<String, DoubleTensor> exact(Map<String, ? extends Value> inputs) {
      Map<String, DoubleTensor> doubles = new LinkedHashMap<>();
      for (TensorInfo input : inputs()) {
        Value value = inputs.get(input.name());
        if (value != null) {
          doubles.put(input.name(), exact(input, value));
        }
      }
      return doubles;
    }

    private static DoubleTensor exact(TensorInfo input, Value value) {
      if (input.type() == ElementType.STRING) {
        throw new UnsupportedModelException(
            List.of("an input of strings, for which the double interpreter has no values"));
      }
      try {
        return value instanceof Tensor tensor && input.isTensor()
            ? DoubleTensor.of(tensor)
            : DoubleTensor.of(value, input.holder(), input.type());
      } catch (IllegalArgumentException | InvalidOperandException e) {
        throw new InputException("input `%s`: %s".formatted(input.name(), e.getMessage()), e);
      }
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
    public List<TensorInfo> outputs() {
      return plan.outputs();
    }

    @Override
    public Map<String, Value> evaluate(Map<String, ? extends Value> inputs) {
      try {
        return session.evaluate(inputs);
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw new InputException(
            e.getMessage() + hint(inputs, DimensionSizes.names(inputs(), plan.program().symbols())),
            e);
      }
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
