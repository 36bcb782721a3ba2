package dev.crease.runtime.exec;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.MemoryUse;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import dev.crease.runtime.kernel.Scratch;
import dev.crease.runtime.plan.Nullable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs a program for one caller at a time: finds the binding of the inputs' shapes, takes the
/// inputs in, walks the steps, copies the outputs out. A program that decides by data is run part
/// by part, by a [FlowRunner].
public final class ProgramRunner implements AutoCloseable {
  private final LoadedProgram program;
  private final Inputs inputs;
  private final List<String> names;
  private final Bindings bindings;
  private final Workers workers;
  private final StepRunner steps;
  private final @Nullable FlowRunner flow;
  private final @Nullable Warmth warmth;

  /// @throws IllegalStateException if vector kernels are asked for and there are none
  public ProgramRunner(LoadedProgram program, SessionOptions options) {
    var microkernels = program.microkernels(options.kernels());
    this.program = program;
    this.inputs = new Inputs(program);
    this.names = program.program().outputs().stream().map(port -> port.name()).toList();
    var scratch = new Scratch(options.threads());
    this.warmth = warms(program, options) ? program.warmth() : null;
    this.bindings = new Bindings(program, microkernels, scratch, warmth != null);
    this.workers = new Workers(options.threads(), options.executor().orElse(null));
    this.steps = new StepRunner(workers, options.listener().orElse(null));
    Flow parts = program.flow();
    this.flow = parts == null ? null : new FlowRunner(program, parts, microkernels, scratch, steps);
    if (warmth != null) {
      warmth.open();
      if (program.program().symbols().isEmpty()) {
        warmth.rehearse(program, new long[0]);
      }
    }
  }

  private static boolean warms(LoadedProgram program, SessionOptions options) {
    return options.warmsUp()
        && options.kernels() == KernelChoice.AUTO
        && program.flow() == null
        && program.isWorthWarming();
  }

  /// Runs and returns the outputs in new tensors.
  public Map<String, Value> run(Map<String, ? extends Value> given) {
    Map<String, Value> outputs = LinkedHashMap.newLinkedHashMap(names.size());
    if (flow != null) {
      List<Value> values = decide(flow, given);
      for (int i = 0; i < names.size(); i++) {
        outputs.put(names.get(i), values.get(i));
      }
      return outputs;
    }
    Tensor[] ordered = inputs.order(given);
    Binding binding = bindings.of(ordered);
    execute(binding, ordered);
    for (Binding.Place output : binding.outputs()) {
      outputs.put(output.name(), output.copy());
    }
    return outputs;
  }

  /// Runs and copies into the given outputs; allocates nothing once the shapes are bound, unless
  /// the program decides by data.
  public void run(Map<String, Tensor> given, Map<String, Tensor> outputs) {
    if (flow != null) {
      checkNames(outputs);
      List<Value> values = decide(flow, given);
      for (int i = 0; i < names.size(); i++) {
        copy(names.get(i), values.get(i), outputs.get(names.get(i)));
      }
      return;
    }
    Tensor[] ordered = inputs.order(given);
    Binding binding = bindings.of(ordered);
    checkOutputs(binding, outputs);
    execute(binding, ordered);
    for (int i = 0; i < binding.outputs().size(); i++) {
      Binding.Place output = binding.outputs().get(i);
      Tensor tensor = outputs.get(output.name());
      if (tensor != null) {
        output.copyTo(tensor);
      }
    }
  }

  /// Prepares for inputs of these shapes.
  public MemoryUse bind(Map<String, int[]> shapes) {
    int[][] ordered = inputs.orderShapes(shapes);
    return flow == null ? bindings.of(ordered).memory() : flow.bind(ordered);
  }

  /// Runs on zeros until the time of a run does not fall any more.
  ///
  /// @throws IllegalStateException if there are no shapes yet
  public void warmUp() {
    if (flow != null) {
      return;
    }
    Binding binding = bindings.latest().orElseGet(this::fixed);
    if (warmth != null) {
      Rehearsal rehearsal = warmth.rehearse(program, binding.symbols());
      if (rehearsal != null) {
        warmth.setRun();
        rehearsal.await();
      }
    }
    Tensor[] zeros = new Tensor[binding.inputs().size()];
    for (int i = 0; i < zeros.length; i++) {
      Binding.Place input = binding.inputs().get(i);
      zeros[i] = Tensor.zeros(input.type(), input.shape());
    }
    try {
      new SteadyState(() -> execute(binding, zeros)).reach();
    } catch (InvalidDataException e) {
      // Zeros are not among what it can compute with.
    }
  }

  private Binding fixed() {
    if (!program.program().symbols().isEmpty()) {
      throw new IllegalStateException(
          "the plan leaves dimensions open; bind the session to shapes before it warms up");
    }
    return bindings.of(new long[0], new int[0]);
  }

  private List<Value> decide(FlowRunner parts, Map<String, ? extends Value> given) {
    Value[] ordered = inputs.orderValues(given);
    try {
      workers.begin();
      return parts.run(ordered);
    } finally {
      workers.end();
    }
  }

  private void execute(Binding binding, Tensor[] ordered) {
    for (int i = 0; i < ordered.length; i++) {
      binding.inputs().get(i).take(ordered[i]);
    }
    try {
      workers.begin();
      steps.run(binding.steps());
    } finally {
      workers.end();
    }
    if (warmth != null) {
      warmth.setRun();
    }
  }

  private static void copy(String name, Value value, @Nullable Tensor into) {
    if (into == null) {
      return;
    }
    boolean fits =
        value instanceof Tensor tensor
            && tensor.type() == into.type()
            && Arrays.equals(tensor.shape(), into.shape());
    if (!fits) {
      throw new IllegalArgumentException(
          "output '%s' is %s in this run, but should be written to %s"
              .formatted(name, value, into));
    }
    Tensor tensor = (Tensor) value;
    System.arraycopy(tensor.array(), 0, into.array(), 0, tensor.elements());
  }

  private static void checkOutputs(Binding binding, Map<String, Tensor> outputs) {
    int found = 0;
    for (int i = 0; i < binding.outputs().size(); i++) {
      Binding.Place output = binding.outputs().get(i);
      Tensor tensor = outputs.get(output.name());
      if (tensor == null) {
        continue;
      }
      found++;
      if (tensor.type() != output.type() || !output.hasShapeOf(tensor)) {
        throw new IllegalArgumentException(
            "output '%s' should be %s%s, but is %s"
                .formatted(output.name(), output.type(), Arrays.toString(output.shape()), tensor));
      }
    }
    if (found != outputs.size()) {
      throw unknownOutput(outputs, binding.outputs().stream().map(Binding.Place::name).toList());
    }
  }

  private void checkNames(Map<String, Tensor> outputs) {
    if (!names.containsAll(outputs.keySet())) {
      throw unknownOutput(outputs, names);
    }
  }

  private static IllegalArgumentException unknownOutput(
      Map<String, Tensor> outputs, List<String> names) {
    List<String> unknown = new ArrayList<>(outputs.keySet());
    unknown.removeAll(names);
    return new IllegalArgumentException(
        "there is no output '%s'; the outputs are %s"
            .formatted(unknown.isEmpty() ? "" : unknown.getFirst(), names));
  }

  @Override
  public void close() {
    if (warmth != null) {
      warmth.close();
    }
    workers.close();
    bindings.clear();
    if (flow != null) {
      flow.clear();
    }
  }
}
