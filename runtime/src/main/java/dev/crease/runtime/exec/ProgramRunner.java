package dev.crease.runtime.exec;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.MemoryUse;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.StepListener;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Nullable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs a program for one caller at a time: finds the binding of the inputs' shapes, copies the
/// inputs in, walks the steps, copies the outputs out.
public final class ProgramRunner implements AutoCloseable {
  private final Inputs inputs;
  private final Bindings bindings;
  private final Workers workers;
  private final @Nullable StepListener listener;

  /// @throws IllegalStateException if vector kernels are asked for and there are none
  public ProgramRunner(LoadedProgram program, SessionOptions options) {
    this.inputs = new Inputs(program);
    this.bindings = new Bindings(program, program.microkernels(options.kernels()));
    this.workers = new Workers(options.threads(), options.executor().orElse(null));
    this.listener = options.listener().orElse(null);
  }

  /// Runs and returns the outputs in new tensors.
  public Map<String, Tensor> run(Map<String, Tensor> given) {
    Tensor[] ordered = inputs.order(given);
    Binding binding = bindings.of(ordered);
    execute(binding, ordered);
    Map<String, Tensor> outputs = LinkedHashMap.newLinkedHashMap(binding.outputs().size());
    for (Binding.Place output : binding.outputs()) {
      Tensor tensor = Tensor.zeros(output.type(), output.shape());
      output.copyTo(tensor);
      outputs.put(output.name(), tensor);
    }
    return outputs;
  }

  /// Runs and copies into the given outputs; allocates nothing once the shapes are bound.
  public void run(Map<String, Tensor> given, Map<String, Tensor> outputs) {
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
    return bindings.of(inputs.orderShapes(shapes)).memory();
  }

  private void execute(Binding binding, Tensor[] ordered) {
    for (int i = 0; i < ordered.length; i++) {
      binding.inputs().get(i).copyFrom(ordered[i]);
    }
    try {
      workers.begin();
      execute(binding.steps());
    } finally {
      workers.end();
    }
  }

  private void execute(List<Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      switch (steps.get(i)) {
        case Step.Compute compute -> execute(compute);
        case Step.Branch branch -> execute(branch.taken());
      }
    }
  }

  private void execute(Step.Compute step) {
    if (listener == null) {
      compute(step);
      return;
    }
    long begin = System.nanoTime();
    compute(step);
    listener.step(step.index(), step.name(), System.nanoTime() - begin);
  }

  private void compute(Step.Compute step) {
    try {
      workers.run(step.kernel());
    } catch (InvalidDataException e) {
      throw new InvalidDataException(step.name() + ": " + e.getMessage(), e);
    }
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
                .formatted(
                    output.name(),
                    output.type(),
                    java.util.Arrays.toString(output.shape()),
                    tensor));
      }
    }
    if (found != outputs.size()) {
      List<String> names = binding.outputs().stream().map(Binding.Place::name).toList();
      String unknown =
          outputs.keySet().stream().filter(name -> !names.contains(name)).findFirst().orElse("");
      throw new IllegalArgumentException(
          "there is no output '%s'; the outputs are %s".formatted(unknown, names));
    }
  }

  @Override
  public void close() {
    workers.close();
    bindings.clear();
  }
}
