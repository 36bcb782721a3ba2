package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.frontend.dsl.TextWriter;
import dev.crease.compiler.frontend.onnx.OnnxWriter;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.provenance.Provenance;
import dev.crease.compiler.provenance.Unfolding;
import java.io.IOException;
import java.nio.file.Path;
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
      "%nAn optimized model keeps, in its metadata crease.folds, the parameters of each"
          + " BatchNormalization that went into a linear operator behind which it stood. With"
          + " --unfold it is put back there, so that the model can be trained on: an equivalent"
          + " model, though the bias of the operator is now part of the mean. What went another"
          + " way, as into an operator that reads it, or became a clamp, is not undone; one line"
          + " tells of each.",
      "%nExamples:",
      "  crease convert model.onnx model.crease",
      "  crease convert model.crease model.onnx",
      "  crease convert model.onnx folded.onnx --optimized   with all folds made",
      "  crease convert folded.onnx trainable.onnx --unfold  and back%n"
    })
final class ConvertCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FROM", description = "The model to read.")
  private Path from;

  @Parameters(index = "1", paramLabel = "TO", description = "The model to write.")
  private Path to;

  @Option(names = "--optimized", description = "Write the optimized graph.")
  private boolean optimized;

  @Option(
      names = "--unfold",
      description =
          "Put the BatchNormalizations of a model that was written with --optimized back behind the"
              + " operators that they were folded into.")
  private boolean unfold;

  @Mixin private CompileOptions options;

  private final Terminal terminal;

  ConvertCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ModelFile.requireModel(from);
    OutputFile.requirePlace(to, from);
    if (optimized && unfold) {
      throw new UsageException("--optimized folds and --unfold undoes it; give one of them");
    }
    if (optimized) {
      options.refuseLayout("a model is not laid out for a machine");
    } else {
      options.refuseAllBut(CompileOptions.READING, "without --optimized nothing is rewritten");
    }
    if (!ModelFile.isOnnx(to) && !ModelFile.isText(to)) {
      throw new InputException(to + ": a model's name ends in .onnx or .crease");
    }
    Model model = model();
    if (ModelFile.isOnnx(to)) {
      OutputFile.write(to, () -> OnnxWriter.write(model, to));
    } else {
      OutputFile.write(to, () -> TextWriter.write(model, to));
    }
    // An operator of Crease's own is several in ONNX.
    Graph written = Compiler.read(to).graph();
    terminal
        .out()
        .printf(
            "%s -> %s: %s, %s%n",
            from,
            to,
            Quantity.of(written.allNodes().count(), "node"),
            Quantity.of(
                written.allGraphs().mapToLong(graph -> graph.constants().size()).sum(),
                "constant"));
    return ExitCode.DONE;
  }

  private Unfolding.Result unfolded(Model model) {
    try {
      return Unfolding.of(model);
    } catch (InvalidModelException e) {
      throw new InputException(from + ": " + e.getMessage(), e);
    }
  }

  private Model model() {
    if (unfold) {
      Unfolding.Result result = unfolded(Compiler.read(from, options.options()));
      result.restored().forEach(line -> terminal.out().println("restored: " + line));
      result.notes().forEach(note -> terminal.out().println("not undone: " + note));
      return result.model();
    }
    if (optimized) {
      Compilation compilation = options.compile(from);
      return Provenance.record(compilation.optimized(), compilation.report());
    }
    return Compiler.read(from, options.options());
  }
}
