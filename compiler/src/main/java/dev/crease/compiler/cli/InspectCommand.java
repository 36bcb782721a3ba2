package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.frontend.dsl.TextPrinter;
import dev.crease.compiler.frontend.onnx.OnnxImport;
import dev.crease.compiler.frontend.onnx.OnnxOptions;
import dev.crease.compiler.frontend.onnx.OnnxOutline;
import dev.crease.compiler.frontend.onnx.OnnxReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.plan.PlanPrinter;
import dev.crease.runtime.MemoryUse;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.plan.Instruction;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `crease inspect`: what a model or a plan takes, gives, holds and needs.
@Command(
    name = "inspect",
    header = "Tell what a model or a plan takes, gives, holds and needs.",
    description = {
      "%nPrints inputs, outputs, operators, parameters, and the memory that a run of the plan needs"
          + " for the dimensions of --dim: the planned peak, the least that any plan could do with,"
          + " and the heap (-Xmx) for one session.",
      "%nExamples:",
      "  crease inspect model.onnx",
      "  crease inspect model.plan --dim N=8",
      "  crease inspect model.onnx --text                every constant and node",
      "  crease inspect model.plan --text                every slot and instruction%n"
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "A model (.onnx, .crease) or a plan (.plan).")
  private Path file;

  @Option(
      names = "--text",
      description =
          "Print every node or instruction instead; `crease convert` writes the constants too.")
  private boolean text;

  @Mixin private DimensionSizes dimensions;

  @Mixin private CompileOptions options;

  /// Of a text that the model holds.
  private static final int MOST_LETTERS = 60;

  @Spec private CommandSpec command;

  private final Terminal terminal;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (text) {
      GivenOptions.refuse(command, Set.of("--dim"), "--text prints dimensions by their names");
    }
    if (ModelFile.isPlan(file)) {
      inspectPlan(ModelFile.plan(file, options));
    } else {
      ModelFile.requireModel(file);
      inspectModel();
    }
    return ExitCode.DONE;
  }

  private void inspectModel() {
    if (text) {
      options.refuseAllBut(CompileOptions.READING, "--text prints the model as it is read");
    }
    PrintWriter out = terminal.out();
    Model model;
    String format;
    if (ModelFile.isOnnx(file)) {
      OnnxImport onnx = read();
      model = onnx.model();
      format = "ONNX, IR version " + onnx.irVersion() + ", operator set " + onnx.opset();
    } else {
      model = Compiler.read(file);
      format = "Crease text";
    }
    Graph graph = model.graph();
    inputOptions().checkDims(new Engine.Reference(graph).inputs());
    if (text) {
      print(graph);
      return;
    }
    out.printf("%s: model %s (%s)%n", file, graph.name(), format);
    if (!model.producer().isEmpty()) {
      out.println("producer    " + model.producer());
    }
    model.metadata().forEach((key, value) -> out.println(key + ": " + oneLine(value)));
    list("inputs", graph.inputs().stream().filter(input -> !isOptional(input, graph)).toList());
    list("outputs", graph.outputs());
    List<Constant> constants =
        graph.allGraphs().flatMap(each -> each.constants().values().stream()).toList();
    long parameters = constants.stream().mapToLong(Constant::elements).sum();
    long bytes =
        constants.stream()
            .mapToLong(constant -> (long) constant.elements() * constant.element().bytes())
            .sum();
    out.printf(
        "parameters  %,d in %s, %s%n",
        parameters, Quantity.of(constants.size(), "constant"), Quantity.bytes(bytes));
    if (!graph.defaults().isEmpty()) {
      out.printf(
          "            %s more may override a value of the model; --initializers-are-constant makes"
              + " them constant%n",
          Quantity.of(graph.defaults().size(), "input"));
    }
    counts("operators", graph.allNodes().map(node -> node.op().schema().name()).toList());
    out.println();
    Compilation compilation = options.compile(file);
    out.println("compiled: " + ExplainCommand.summary(compilation));
    memory(compilation.plan());
  }

  /// Of a model that is not supported the file's own words are printed before that is told.
  private OnnxImport read() {
    try {
      return OnnxReader.read(file, new OnnxOptions(options.initializersAreConstant));
    } catch (UnsupportedModelException e) {
      OnnxOutline outline = OnnxOutline.of(file);
      terminal
          .out()
          .printf(
              "%s: model %s (ONNX, IR version %d)%n", file, outline.name(), outline.irVersion());
      list("inputs", outline.inputs());
      list("outputs", outline.outputs());
      counts("operators", outline.operators().stream().map(OnnxOutline.Operator::name).toList());
      throw e;
    }
  }

  private static boolean isOptional(Value input, Graph graph) {
    return graph.defaults().containsKey(input);
  }

  private void print(Graph graph) {
    PrintWriter out = terminal.out();
    list("inputs", graph.inputs());
    list("constants", graph.constants().keySet());
    out.println("nodes");
    graph.nodes().forEach(node -> out.println("  " + TextPrinter.print(node)));
    list("outputs", graph.outputs());
  }

  private void inspectPlan(Plan plan) throws IOException {
    PrintWriter out = terminal.out();
    inputOptions().checkDims(plan.inputs());
    if (text) {
      out.println(PlanPrinter.print(plan.program()));
      return;
    }
    out.printf(
        "%s: plan for %d lanes, %s%n",
        file, plan.program().lanes(), Quantity.bytes(Files.size(file)));
    new TreeMap<>(plan.metadata())
        .forEach((key, value) -> out.println("  " + key + ": " + oneLine(value)));
    list("inputs", plan.inputs());
    list("outputs", plan.outputs());
    counts(
        "instructions", plan.program().main().allInstructions().map(InspectCommand::name).toList());
    memory(plan);
  }

  /// The beginning of a text that may be long, such as a list of labels.
  private static String oneLine(String text) {
    String joined = text.lines().limit(MOST_LETTERS).collect(Collectors.joining(" "));
    return text.length() <= MOST_LETTERS && joined.equals(text)
        ? text
        : "%s ... (%s, %,d letters)"
            .formatted(
                joined.substring(0, Math.min(joined.length(), MOST_LETTERS)),
                Quantity.of(text.lines().count(), "line"),
                text.length());
  }

  private static String name(Instruction instruction) {
    return instruction.getClass().getSimpleName();
  }

  private void list(String title, Collection<?> entries) {
    String label = title;
    for (Object entry : entries) {
      terminal.out().printf("%-11s %s%n", label, entry);
      label = "";
    }
  }

  private void counts(String title, List<String> names) {
    Map<String, Long> counts =
        names.stream()
            .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
    List<String> parts =
        counts.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .toList();
    terminal.out().printf("%-11s %d: %s%n", title, names.size(), String.join(", ", parts));
  }

  private InputOptions inputOptions() {
    InputOptions inputs = new InputOptions();
    inputs.dimensions = dimensions;
    return inputs;
  }

  private void memory(Plan plan) {
    Map<String, int[]> shapes = inputOptions().shapes(plan.inputs());
    String binding =
        shapes.entrySet().stream()
            .map(entry -> entry.getKey() + Arrays.toString(entry.getValue()))
            .collect(Collectors.joining(", "));
    try (Session session = plan.newSession()) {
      MemoryUse use = session.bind(shapes);
      terminal
          .out()
          .printf(
              "memory      for %s: %s planned (lower bound %s), constants %s, -Xmx%dm%n",
              binding,
              Quantity.bytes(use.arenaBytes()),
              Quantity.bytes(use.lowerBoundBytes()),
              Quantity.bytes(use.constantBytes()),
              Math.ceilDiv(use.heapBytes(), 1L << 20));
      List<String> assumed =
          DimensionSizes.names(plan.inputs(), plan.program().symbols()).stream()
              .filter(name -> !dimensions.byName().containsKey(name))
              .toList();
      if (!assumed.isEmpty()) {
        terminal
            .out()
            .println("            where 1 is assumed; give " + DimensionSizes.options(assumed));
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      terminal
          .out()
          .printf(
              "memory      not known for %s (%s); give %s%n",
              binding,
              e.getMessage(),
              DimensionSizes.options(
                  DimensionSizes.names(plan.inputs(), plan.program().symbols())));
    }
  }
}
