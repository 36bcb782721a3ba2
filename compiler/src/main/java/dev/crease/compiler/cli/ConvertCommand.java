package dev.crease.compiler.cli;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.frontend.dsl.TextWriter;
import dev.crease.compiler.frontend.onnx.OnnxWriter;
import dev.crease.compiler.ir.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `crease convert`: ONNX to Crease text and back.
@Command(
    name = "convert",
    header = "Convert a model between ONNX and Crease text.",
    description = {
      "%nThe direction follows from the endings .onnx and .crease. Weights that are too large for"
          + " text are written to a file beside it.",
      "%nExamples:",
      "  crease convert model.onnx model.crease",
      "  crease convert model.crease model.onnx",
      "  crease convert model.onnx folded.onnx --optimized   write the graph after all passes%n"
    })
final class ConvertCommand implements Callable<Integer> {
  /// Options that change a graph, not how a plan lays it out.
  private static final Set<String> GRAPH_OPTIONS =
      Set.of(
          "--initializers-are-constant",
          "-O",
          "--disable-rule",
          "--disable-rewrite",
          "--stop-after",
          "--dump");

  @Parameters(index = "0", paramLabel = "FROM", description = "The model to read.")
  private Path from;

  @Parameters(index = "1", paramLabel = "TO", description = "The model to write.")
  private Path to;

  @Option(names = "--optimized", description = "Write the optimized graph.")
  private boolean optimized;

  @Mixin private CompileOptions options;

  private final Terminal terminal;

  ConvertCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ModelFile.requireModel(from);
    OutputFile.requirePlace(to, from);
    if (optimized) {
      options.refuse(GRAPH_OPTIONS, "a model is not laid out for a machine");
    } else {
      options.refuse(
          Set.of("--initializers-are-constant"), "without --optimized all is left as it is");
    }
    Model model = optimized ? options.compile(from).optimized() : Compiler.read(from);
    if (ModelFile.isOnnx(to)) {
      OnnxWriter.write(model, to);
    } else if (ModelFile.isText(to)) {
      TextWriter.write(model, to);
    } else {
      throw new InputException(to + ": a model's name ends in .onnx or .crease");
    }
    terminal
        .out()
        .printf(
            "%s -> %s: %s, %s%n",
            from,
            to,
            Quantity.of(model.graph().allNodes().count(), "node"),
            Quantity.of(
                model.graph().allGraphs().mapToLong(graph -> graph.constants().size()).sum(),
                "constant"));
    return ExitCode.DONE;
  }
}
