package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `crease verify`: a plan against the double interpreter.
@Command(
    name = "verify",
    header = "Compare a model's plan with the model's meaning.",
    description = {
      "%nRuns the model as it was read by the reference semantics in double, and its optimized plan"
          + " on the same inputs. Prints for each output the largest difference, the bound"
          + " 2e-5 max|y| + 1e-6, and the verdict. Exit code 1 if a verdict is WRONG.",
      "%nExamples:",
      "  crease verify model.onnx",
      "  crease verify model.onnx --plan model.plan --seeds 10",
      "  crease verify model.onnx -i data=x.npy --kernels scalar",
      "  crease verify model.onnx --stop-after 12        find the rewrite that goes wrong%n"
    })
final class VerifyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "The model (.onnx, .crease).")
  private Path model;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "The plan to judge. Default: what the model compiles to now.")
  private @Nullable Path plan;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many sets of inputs to make up. Default: ${DEFAULT-VALUE}.")
  private int seeds;

  @Mixin private InputOptions inputs;
  @Mixin private SessionFlags session;
  @Mixin private CompileOptions options;

  private final Terminal terminal;

  VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (seeds < 1) {
      throw new UsageException("--seeds " + seeds + ": give 1 or more");
    }
    if (plan != null) {
      if (!ModelFile.isPlan(plan)) {
        throw new UsageException("--plan " + plan + ": a plan's file ends in .plan");
      }
      options.refuse(Set.of("--initializers-are-constant"), "--plan judges " + plan);
    }
    Compilation compilation =
        plan == null ? options.compile(model) : options.compileUnoptimized(model);
    Plan judged = plan == null ? compilation.plan() : ModelFile.load(plan);
    Verification verification = new Verification(compilation.original().graph());
    boolean allGiven = true;
    try (Engine engine = Engine.of(judged, session.options());
        Progress progress = new Progress(terminal, "verify", seeds)) {
      verification.requireSamePorts(engine);
      for (int i = 0; i < seeds && (i == 0 || allGiven); i++) {
        Map<String, Tensor> tensors = inputs.tensors(engine.inputs(), inputs.seed + i);
        verification.judge(engine, tensors, "seed " + (inputs.seed + i));
        allGiven = inputs.files.size() < engine.inputs().size();
        progress.step("seed " + (inputs.seed + i + 1));
      }
    }
    verification.lines().forEach(terminal.out()::println);
    return verification.agrees() ? ExitCode.DONE : ExitCode.CHECK_FAILED;
  }
}
