package dev.crease.runtime;

import dev.crease.runtime.exec.LoadedProgram;
import dev.crease.runtime.kernel.MicrokernelSelection;
import dev.crease.runtime.plan.PlanReader;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A compiled model: load it once, open sessions from it.
///
/// ```
/// Plan plan = Plan.load(Path.of("resnet50.plan"));
/// try (Session session = plan.newSession()) {
///   Tensor logits = session.run(Map.of("data", Tensor.of(pixels, 1, 3, 224, 224))).get("logits");
/// }
/// ```
///
/// Immutable and safe to share between threads; sessions share its weights.
public final class Plan {
  private final LoadedProgram program;

  private Plan(LoadedProgram program) {
    this.program = program;
  }

  /// Loads a plan file.
  ///
  /// @throws IOException if the file is missing or cannot be read
  /// @throws InvalidPlanException if it is damaged, truncated, not a plan, or of a newer version
  public static Plan load(Path path) throws IOException {
    MicrokernelSelection.prepare();
    return new Plan(LoadedProgram.ofVerified(PlanReader.read(path)));
  }

  /// Loads a plan from a stream, such as a class-path resource, and leaves the stream open.
  ///
  /// @throws IOException if the stream cannot be read
  /// @throws InvalidPlanException as for a file
  public static Plan load(InputStream stream) throws IOException {
    MicrokernelSelection.prepare();
    return new Plan(LoadedProgram.ofVerified(PlanReader.read(stream)));
  }

  /// Loads the plan that is all of the buffer's remaining bytes; the buffer may be dropped
  /// afterwards.
  ///
  /// @throws InvalidPlanException as for a file
  public static Plan load(ByteBuffer bytes) {
    return new Plan(LoadedProgram.ofVerified(PlanReader.read(bytes)));
  }

  /// A plan of a program that was compiled in this process. Its constants are asked for once.
  ///
  /// @throws InvalidPlanException if the program contradicts itself
  public static Plan of(Program program) {
    return new Plan(LoadedProgram.of(program));
  }

  /// What a run needs, in the order of the model.
  public List<TensorInfo> inputs() {
    return program.program().inputs().stream().map(port -> info(port, true)).toList();
  }

  /// What a run yields, in the order of the model.
  public List<TensorInfo> outputs() {
    return program.program().outputs().stream().map(port -> info(port, false)).toList();
  }

  private TensorInfo info(Port port, boolean input) {
    boolean optional = input && program.hasDefault(port.slot());
    return TensorInfo.of(port, program.program(), optional);
  }

  /// Free text that the compiler left: the model's name, its own version, its options; and the
  /// model's own metadata, such as a list of labels, under `model.` and their key.
  public Map<String, String> metadata() {
    return program.program().metadata();
  }

  /// The program itself, without its weights, for tools that print or check it.
  public Program program() {
    return program.program();
  }

  /// A session with [SessionOptions#defaults].
  public Session newSession() {
    return newSession(SessionOptions.defaults());
  }

  /// @throws IllegalStateException if vector kernels are asked for and there are none
  public Session newSession(SessionOptions options) {
    return new Session(program, options);
  }
}
