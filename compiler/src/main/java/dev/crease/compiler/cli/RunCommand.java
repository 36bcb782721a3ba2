package dev.crease.compiler.cli;

import dev.crease.compiler.Compiler;
import dev.crease.runtime.Absence;
import dev.crease.runtime.Sequence;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `crease run`: outputs of a model or plan for given inputs.
@Command(
    name = "run",
    header = "Run a model or a plan once.",
    description = {
      "%nPrints each output in a line, or writes it as a NumPy array.",
      "%nExamples:",
      "  crease run model.plan                           on made-up inputs",
      "  crease run model.onnx --dim N=4 --seed 7",
      "  crease run model.plan -i data=x.npy -i mask=m.npy -o results",
      "  crease run model.plan -i photo.jpg --mean 123.7,116.3,103.5 --scale 0.017",
      "  crease run model.onnx --reference               by the double interpreter%n"
    })
final class RunCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "A model (.onnx, .crease) or a plan (.plan).")
  private Path model;

  @Mixin private InputOptions inputs;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description =
          "Write every output into this folder, as NAME.npy, instead of printing it; the tensors of"
              + " a sequence as NAME[0].npy and so on.")
  private @Nullable Path output;

  @Option(
      names = "--reference",
      description = "Run by the reference semantics in double, not by the compiled plan.")
  private boolean reference;

  @Mixin private SessionFlags session;
  @Mixin private CompileOptions options;

  private final Terminal terminal;

  RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = output;
    if (folder != null) {
      OutputFile.makeFolder(folder);
    }
    try (Engine engine = engine()) {
      engine
          .evaluate(inputs.values(engine.inputs()))
          .forEach((name, value) -> tensors(name, value).forEach((n, t) -> show(n, t, folder)));
    }
    return ExitCode.DONE;
  }

  /// A tensor, those of a sequence, or none of an optional that holds nothing.
  private Map<String, Tensor> tensors(String name, Value value) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    switch (value) {
      case Tensor tensor -> tensors.put(name, tensor);
      case Sequence(var type, var items) -> {
        terminal
            .out()
            .printf(
                "%s: a sequence of %s of %s%n", name, Quantity.of(items.size(), "tensor"), type);
        for (int i = 0; i < items.size(); i++) {
          tensors.put("%s[%d]".formatted(name, i), items.get(i));
        }
      }
      case Absence _ -> terminal.out().println(name + ": nothing");
    }
    return tensors;
  }

  private void show(String name, Tensor tensor, @Nullable Path folder) {
    if (folder == null) {
      terminal.out().println(name + ": " + TensorSummary.of(tensor));
    } else {
      write(folder, name, tensor);
    }
  }

  private Engine engine() throws IOException {
    if (reference) {
      ModelFile.requireModel(model);
      session.refuse("--reference runs no plan");
      options.refuseAllBut(Set.of(), "--reference runs the model as it is");
      return new Engine.Reference(Compiler.read(model).graph());
    }
    return Engine.of(ModelFile.plan(model, options), session.options());
  }

  private void write(Path folder, String name, Tensor tensor) {
    String stem = name.replaceAll("[^A-Za-z0-9._\\[\\]-]", "_");
    Path file = folder.resolve(stem + ".npy");
    NpyFile.write(tensor, file);
    terminal.out().println(name + ": " + tensor + " -> " + file);
  }
}
