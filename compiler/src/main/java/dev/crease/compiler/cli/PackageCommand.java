package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.runtime.Plan;
import dev.crease.runtime.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `crease package`: a model to a folder that runs it.
@Command(
    name = "package",
    header = "Package a model as an application.",
    description = {
      "%nMakes a folder that holds the plan, the runtime, a launcher script and a cache of what a"
          + " run of it loads, made by running it once. It needs a JDK 25 or newer, or with --jlink"
          + " none. The folder may be moved and copied. The cache is fit for this Java alone; on"
          + " another the application starts slower.",
      "%nExamples:",
      "  crease package model.onnx -o app",
      "  crease package model.plan -o app --name classify --jlink",
      "  crease package model.onnx -o app --dim N=4 --force",
      "%nWhat it makes is run so; --help tells the rest:",
      "  app/bin/model --input data=x.npy --output-dir results --time%n"
    })
final class PackageCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "A model (.onnx, .crease) or a plan (.plan).")
  private Path model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "The folder to make.")
  private Path output;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What the launcher is called. Default: the model's file without its ending.")
  private @Nullable String name;

  @Option(
      names = "--jlink",
      description = "Put a Java of its own, cut to what is needed, into the folder.")
  private boolean jlink;

  @Option(
      names = "--force",
      description = "Replace the folder if there is one that was made by this command.")
  private boolean force;

  @Mixin private DimensionSizes dimensions;
  @Mixin private CompileOptions options;

  private final Terminal terminal;

  PackageCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    String called = name();
    List<String> dims = dims();
    InputFile.require(model);
    requirePlace();
    Path part = beside("part");
    try {
      Files.createDirectory(part);
      Application application = new Application(part, called);
      writePlan(application.plan());
      application.write(jlink);
      String without = application.train(dims);
      long bytes = Folder.bytes(part);
      move(part);
      terminal
          .out()
          .printf(
              "%s: %s, in %s; run it by %s%n",
              output,
              Quantity.bytes(bytes),
              Quantity.nanoseconds(System.nanoTime() - start),
              output.resolve("bin").resolve(called));
      if (!without.isEmpty()) {
        terminal.out().println("it has no cache and starts slower: " + without);
      }
    } finally {
      Folder.delete(part);
    }
    return ExitCode.DONE;
  }

  private String name() {
    String called = name != null ? name : ModelFile.withEnding(model, "").getFileName().toString();
    if (!called.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
      throw new UsageException(
          "--name %s: a launcher is called by letters, digits, `.`, `_` and `-`".formatted(called));
    }
    return called;
  }

  private List<String> dims() {
    List<String> words = new ArrayList<>();
    dimensions.byName().forEach((dim, size) -> words.add("--dim=" + dim + "=" + size));
    return words;
  }

  private void requirePlace() throws IOException {
    Path target = output.toAbsolutePath().normalize();
    Path folder = target.getParent();
    if (output.toString().isEmpty() || folder == null) {
      throw new InputException("cannot make `%s`; name a folder".formatted(output));
    }
    if (!Files.isDirectory(folder)) {
      throw new InputException(
          "cannot make %s: there is no folder %s. Make it first.".formatted(output, folder));
    }
    if (!Files.isWritable(folder)) {
      throw new InputException(
          "cannot make %s: the folder %s is not writable.".formatted(output, folder));
    }
    if (Files.exists(target) && !Files.isDirectory(target)) {
      throw new InputException(output + " is a file; name a folder");
    }
    if (!Files.exists(target) || Folder.isEmpty(target)) {
      return;
    }
    if (!force) {
      throw new InputException(output + " is there already; give --force to replace it");
    }
    if (!Application.isIn(target)) {
      throw new InputException(
          output + " is not a folder that `crease package` made, and is not replaced");
    }
  }

  private void writePlan(Path target) throws IOException {
    if (ModelFile.isPlan(model)) {
      options.refuseAllBut(Set.of(), model + " is a plan, compiled already");
      requireTensors(ModelFile.load(model));
      Files.copy(model, target);
      return;
    }
    Compilation compilation = options.compile(model);
    compilation.write(target);
    requireTensors(Plan.load(target));
  }

  private void requireTensors(Plan plan) {
    Stream.concat(plan.inputs().stream(), plan.outputs().stream())
        .filter(info -> !info.isTensor())
        .findFirst()
        .ifPresent(
            (TensorInfo info) -> {
              throw new InputException(
                  "%s: `%s` is no tensor, and an application reads and writes tensors; run it by `crease run`"
                      .formatted(model, info));
            });
    List<String> symbols = plan.inputs().stream().flatMap(i -> i.dimensions().stream()).toList();
    for (String dim : dimensions.byName().keySet()) {
      if (!symbols.contains(dim)) {
        throw new UsageException(
            "--dim %s: no input has such a dimension, only %s".formatted(dim, plan.inputs()));
      }
    }
  }

  /// Moves the folder into its place, from where an older one goes first.
  private void move(Path part) throws IOException {
    Path target = output.toAbsolutePath().normalize();
    if (!Files.exists(target)) {
      Files.move(part, target);
      return;
    }
    Path old = beside("old");
    Files.move(target, old);
    try {
      Files.move(part, target);
    } catch (IOException e) {
      Files.move(old, target);
      throw e;
    }
    Folder.delete(old);
  }

  /// A path in the folder of the output at which nothing is.
  private Path beside(String ending) {
    long number = ThreadLocalRandom.current().nextLong();
    return output
        .toAbsolutePath()
        .normalize()
        .resolveSibling(".crease-%016x.%s".formatted(number, ending));
  }
}
