package dev.crease.runtime;

import dev.crease.runtime.exec.LoadedProgram;
import dev.crease.runtime.exec.ProgramRunner;
import dev.crease.runtime.plan.Program;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/// Runs a plan. Close it when done: it holds memory and threads.
///
/// A session serves one caller at a time; opening another from the same plan is cheap. The first
/// run with new input shapes plans memory and prepares kernels for them; later ones with the same
/// shapes do not.
public final class Session implements AutoCloseable {
  private enum State {
    IDLE,
    BUSY,
    CLOSED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private final ProgramRunner runner;
  private final Optional<TensorInfo> list;

  Session(LoadedProgram program, SessionOptions options) {
    this.runner = new ProgramRunner(program, options);
    this.list = list(program.program());
  }

  /// Runs the plan and returns its outputs by name, in new tensors and in the plan's order.
  ///
  /// The inputs' arrays are read while it runs; the session holds on to those of the latest runs.
  ///
  /// @param inputs every input by name; those that are optional may be left out
  /// @throws IllegalArgumentException if an input is missing or unknown, or has another type or
  ///   shape than the plan asks for, or an input or output is no tensor
  /// @throws InvalidDataException if a node cannot compute with the values it gets, such as an
  ///   integer divided by zero
  /// @throws IllegalStateException if the session is in use by another thread, or closed, or there
  ///   is not enough memory for these shapes
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    requireTensors();
    Map<String, Value> values = evaluate(inputs);
    Map<String, Tensor> tensors = LinkedHashMap.newLinkedHashMap(values.size());
    values.forEach((name, value) -> tensors.put(name, (Tensor) value));
    return tensors;
  }

  private static void requireMap(Map<String, ?> values, String what) {
    if (values == null) {
      throw new IllegalArgumentException(
          "the %s are null; give a map of them by name, which may be empty".formatted(what));
    }
  }

  private void requireTensors() {
    if (list.isPresent()) {
      throw new IllegalArgumentException(
          "`%s` is no tensor; run this plan with evaluate".formatted(list.get()));
    }
  }

  /// The first input or output that is no tensor.
  private static Optional<TensorInfo> list(Program program) {
    return Stream.concat(program.inputs().stream(), program.outputs().stream())
        .map(port -> TensorInfo.of(port, program, false))
        .filter(info -> !info.isTensor())
        .findFirst();
  }

  /// As [#run(Map)], for plans whose inputs or outputs are not all tensors: sequences are
  /// [Sequence]s, an optional is what it holds or [Absence#NOTHING].
  public Map<String, Value> evaluate(Map<String, ? extends Value> inputs) {
    requireMap(inputs, "inputs");
    enter();
    try {
      return runner.run(inputs);
    } finally {
      leave();
    }
  }

  /// Runs the plan and writes its outputs into the arrays of `outputs`. Outputs that are not in it
  /// are not copied. Nothing is allocated once a run with these input shapes has been.
  ///
  /// @throws IllegalArgumentException also if an output is unknown or has another type or shape
  /// @throws InvalidDataException as for the other form; some outputs may be written
  /// @throws IllegalStateException as for the other form
  public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
    requireTensors();
    requireMap(inputs, "inputs");
    requireMap(outputs, "outputs");
    enter();
    try {
      runner.run(inputs, outputs);
    } finally {
      leave();
    }
  }

  /// Prepares for inputs of these shapes, so that the first run with them is as quick as the next.
  ///
  /// @param shapes of every input by name; those that are optional may be left out
  /// @return the memory needed
  /// @throws IllegalArgumentException if the shapes do not fit the plan
  /// @throws IllegalStateException as for [#run]
  public MemoryUse bind(Map<String, int[]> shapes) {
    requireMap(shapes, "shapes");
    enter();
    try {
      return runner.bind(shapes);
    } finally {
      leave();
    }
  }

  /// Runs on zeros until runs are as quick as they will be: for who would rather wait now than in
  /// the first runs. That takes some seconds: ten at most until vector code is compiled, and then
  /// three. For the shapes that the session was last bound to or run with, or those of the plan if
  /// it fixes all; a plan that decides by data, or that cannot compute with zeros, is only brought
  /// as far as it gets.
  ///
  /// @throws IllegalStateException as for [#run], and if there are no shapes yet
  public void warmUp() {
    enter();
    try {
      runner.warmUp();
    } finally {
      leave();
    }
  }

  /// Frees the session's memory and threads; closing twice does no harm.
  ///
  /// @throws IllegalStateException if another thread is using the session
  @Override
  public void close() {
    if (state.get() == State.CLOSED) {
      return;
    }
    enter();
    state.set(State.CLOSED);
    runner.close();
  }

  private void enter() {
    if (!state.compareAndSet(State.IDLE, State.BUSY)) {
      throw new IllegalStateException(
          state.get() == State.CLOSED
              ? "the session is closed; open another with plan.newSession()"
              : "the session is in use; one session serves one caller at a time, open another with"
                  + " plan.newSession()");
    }
  }

  private void leave() {
    state.set(State.IDLE);
  }
}
