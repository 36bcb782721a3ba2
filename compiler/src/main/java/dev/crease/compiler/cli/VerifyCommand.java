package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.CompilationLog;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.plan.KernelEvaluator;
import dev.crease.compiler.verify.Budget;
import dev.crease.compiler.verify.LocalReport;
import dev.crease.compiler.verify.LocalVerification;
import dev.crease.compiler.verify.RoundingEstimate;
import dev.crease.compiler.verify.certificate.Certificate;
import dev.crease.runtime.Plan;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `crease verify`: every rewrite, every node and the whole plan against the double interpreter.
@Command(
    name = "verify",
    header = "Compare a model's plan with the model's meaning.",
    description = {
      "%nJudges every rewrite on the values that a run of the model computes, and on hard inputs:"
          + " the nodes that were there and those that came out, both in double, may differ by what"
          + " rounding the stored constants explains, a bound that is derived for each. Then every"
          + " node of the optimized model, run by itself on the plan's kernels, within the rounding"
          + " bound of float32. Prints per rule how many rewrites are",
      "  bit-identical   the same operations, or others that round nothing and agreed",
      "  proved          equal for every input, but for the rounding of constants",
      "  within bound    equal to within the derived bound wherever it was tried",
      "  sampled         no finite bound is known; equal to 2e-5 max|y|",
      "  not reached     in a branch that did not run",
      "  within budget   more than that, but no more than --rtol and --atol allow",
      "  WRONG           differing by more than that",
      "%nLast, runs the model as it was read by the reference semantics in double, and its"
          + " optimized plan on the same inputs. Prints for each output the largest difference, the"
          + " bound 2e-5 max|y| + 1e-6 (or, where that is too little, with what storing the values"
          + " on the way may come to), and the verdict; with --rtol or --atol the share of that"
          + " budget, which then decides. Exit code 1 if a verdict is WRONG, or a check of"
          + " --assert-no-bn or --baseline fails. Below stands what rounding usually does to each"
          + " output, a first-order estimate and no verdict.",
      "%nOf a model with an operator that has no instruction yet only the rewrites are judged, on"
          + " one set of inputs.",
      "%nInputs and outputs are tensors: a model with a sequence or an optional among them is"
          + " refused (crease run runs it, crease conformance compares it with given outputs).",
      "%nWith --plan only the last is done: a plan's file does not tell its rewrites.",
      "%nExamples:",
      "  crease verify model.onnx",
      "  crease verify model.onnx --plan model.plan --seeds 10",
      "  crease verify model.onnx -i data=x.npy --kernels scalar",
      "  crease verify model.onnx --rtol 1e-3 --atol 1e-5",
      "  crease verify model.onnx --rewrites             one line for each rewrite",
      "  crease verify model.onnx --log rewrites.json    each with its verdict",
      "  crease verify model.onnx --replay rewrites.json whether these are made again",
      "  crease verify model.onnx --disable-rewrite 12   without the one that is WRONG%n"
    })
final class VerifyCommand implements Callable<Integer> {
  /// Runs of the whole model to estimate its rounding from.
  private static final int PROBES = 2;

  @Parameters(paramLabel = "MODEL", description = "The model (.onnx, .crease).")
  private Path model;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "The plan to judge. Default: what the model compiles to now.")
  private @Nullable Path plan;

  @Option(
      names = "--replay",
      paramLabel = "LOG",
      description =
          "Make exactly the rewrites of this log, as --log wrote it, under its options, and compare"
              + " the SHA-256 of the model's file, and of each rewrite the rule, the nodes, both"
              + " sides and the SHA-256 of their constants. Prints what differs; exit code 1 if"
              + " anything does.")
  private @Nullable Path replayed;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many sets of inputs to make up. Default: ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(names = "--rewrites", description = "Print a line for each rewrite and each node too.")
  private boolean each;

  @Mixin private BudgetOptions tolerances;
  @Mixin private LogOption log;
  @Mixin private InputOptions inputs;
  @Mixin private SessionFlags session;
  @Mixin private FoldChecks checks;
  @Mixin private CompileOptions options;

  @Spec private CommandSpec command;

  private final Terminal terminal;

  VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (seeds < 1) {
      throw new UsageException("--seeds " + seeds + ": give 1 or more");
    }
    Optional<Budget> budget = tolerances.budget();
    ModelFile.requireModel(model);
    return plan == null ? judgeModel(budget) : judgeFile(plan, budget);
  }

  private int judgeFile(Path file, Optional<Budget> budget) throws IOException {
    if (!ModelFile.isPlan(file)) {
      throw new UsageException("--plan " + file + ": a plan's file ends in .plan");
    }
    String why = "--plan judges " + file;
    options.refuseAllBut(CompileOptions.READING, why);
    checks.refuse(why);
    log.refuse(why);
    GivenOptions.refuse(command, Set.of("--rewrites", "--replay"), why);
    Compilation compilation = options.compileUnoptimized(model);
    Verification verification = new Verification(compilation.original().graph(), budget);
    try (Engine engine = Engine.of(ModelFile.load(file), session.options());
        Progress progress = new Progress(terminal, "verify", nodes(compilation, engine, 0))) {
      verification.requireSamePorts(engine);
      judge(verification, engine, 0, progress);
    }
    verification.lines().forEach(terminal.out()::println);
    return verification.agrees() ? ExitCode.DONE : ExitCode.CHECK_FAILED;
  }

  /// What a set of inputs tells of rewrites and nodes, and of the rounding of the whole.
  private record Local(LocalReport report, List<String> estimates) {}

  private int judgeModel(Optional<Budget> budget) throws IOException {
    log.require(model, options);
    checks.require(model);
    CompilationLog.Replayed made = compile();
    Compilation compilation = made.compilation();
    Optional<Plan> judged = plan(compilation);
    Verification verification = new Verification(compilation.original().graph(), budget);
    Local local;
    try (Engine engine = engine(compilation, judged);
        Progress progress = new Progress(terminal, "verify", nodes(compilation, engine, 1))) {
      verification.requireSamePorts(engine);
      Map<String, Tensor> tensors = inputs.tensors(engine.inputs(), inputs.seed);
      LocalReport report = judgeRewrites(compilation, verification, engine, tensors, budget);
      local =
          new Local(
              report,
              judged.isPresent() ? estimate(compilation, tensors, report) : List.<String>of());
      if (judged.isPresent()) {
        judge(verification, engine, 1, progress);
      }
    }
    LocalReport report = local.report;
    new LocalSummary(report, each).lines().forEach(terminal.out()::println);
    verification.lines().forEach(terminal.out()::println);
    local.estimates.forEach(terminal.out()::println);
    log.write(model, compilation, report.rewrites());
    boolean hold = checks.hold(model, compilation, terminal.out());
    boolean right = verification.agrees() && report.agrees() && made.differences().isEmpty();
    return checks.conclude(right && hold, model, compilation, terminal.out());
  }

  /// Compiles by the options, or as a log has it; tells where it differs from that.
  private CompilationLog.Replayed compile() throws IOException {
    if (replayed == null) {
      return new CompilationLog.Replayed(options.compile(model), List.of());
    }
    options.refuseAllBut(Set.of("--target"), "--replay makes the rewrites of " + replayed);
    CompilationLog logged = RewriteLogReader.read(replayed);
    CompilationLog.Replayed made = logged.withTarget(options.target).replay(model);
    made.differences()
        .forEach(line -> terminal.out().printf("DIFFERENT --replay %s: %s%n", replayed, line));
    if (made.differences().isEmpty()) {
      terminal
          .out()
          .printf("%s as in %s%n", Quantity.of(logged.rewrites().size(), "rewrite"), replayed);
    } else {
      terminal
          .out()
          .printf(
              "Judged is what is made now. If the log is to be of that, write it again: crease"
                  + " explain %s --log %s%n",
              model, replayed);
    }
    return made;
  }

  /// How many sets of inputs there are: one, if all are given.
  private int sets(Engine engine) {
    if (!inputs.giveAll(engine.inputs())) {
      return seeds;
    }
    GivenOptions.refuse(command, Set.of("--seeds"), InputOptions.NONE_MADE_UP);
    return 1;
  }

  /// Judges the whole model on the sets of inputs from number `first` on.
  private void judge(Verification verification, Engine engine, int first, Progress progress)
      throws IOException {
    for (int i = first; i < sets(engine); i++) {
      String run = name(i);
      verification.judge(
          engine,
          inputs.tensors(engine.inputs(), inputs.seed + i),
          run,
          (_, _) -> progress.step(run));
    }
  }

  /// How many nodes run by the reference semantics on the sets of inputs from number `first` on.
  private long nodes(Compilation compilation, Engine engine, int first) {
    return (sets(engine) - first) * compilation.original().graph().allNodes().count();
  }

  private String name(int run) {
    return "seed " + (inputs.seed + run);
  }

  private Engine engine(Compilation compilation, Optional<Plan> plan) {
    return plan.map(made -> Engine.of(made, session.options()))
        .orElseGet(() -> new Engine.Reference(compilation.optimized().graph()));
  }

  /// Empty if there is no instruction for an operator of the model, which is told.
  private Optional<Plan> plan(Compilation compilation) {
    try {
      return Optional.of(compilation.plan());
    } catch (UnsupportedModelException e) {
      terminal
          .out()
          .println(
              "no plan, so only rewrites are judged, on one set of inputs; not supported yet:");
      e.findings().forEach(finding -> terminal.out().println("  " + finding));
      terminal.out().println();
      return Optional.empty();
    }
  }

  private List<String> estimate(
      Compilation compilation, Map<String, Tensor> tensors, LocalReport local) {
    return RoundingEstimate.of(
            compilation.optimized().graph(),
            new Engine.Reference(compilation.optimized().graph()).exact(tensors),
            local.layers(),
            PROBES,
            threads(),
            inputs.seed)
        .lines();
  }

  private int threads() {
    return session.threads == null ? Runtime.getRuntime().availableProcessors() : session.threads;
  }

  private LocalReport judgeRewrites(
      Compilation compilation,
      Verification verification,
      Engine engine,
      Map<String, Tensor> tensors,
      Optional<Budget> budget) {
    SessionOptions single = session.options().withThreads(1);
    try (LocalVerification local =
            new LocalVerification(
                compilation.original().graph(),
                compilation.report().rewrites(),
                compilation.optimized().graph(),
                (graph, given) -> KernelEvaluator.run(graph, given, single),
                Certificate::of,
                threads(),
                inputs.seed,
                budget);
        Progress progress = new Progress(terminal, "verify", local.checks())) {
      local.whenChecked(() -> progress.step("rewrites and nodes"));
      return engine instanceof Engine.Reference
          ? verification.judge(tensors, local)
          : verification.judge(engine, tensors, name(0), local);
    }
  }
}
