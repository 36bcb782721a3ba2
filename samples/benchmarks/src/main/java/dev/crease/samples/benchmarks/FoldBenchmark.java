package dev.crease.samples.benchmarks;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.verify.certificate.Certificate;
import dev.crease.compiler.verify.certificate.Finding;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.runtime.plan.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How long reading a model takes, folding and all other rewrites, and proving them on all
/// processors; each once in a fresh process, as a user of the command line has it, and then again.
///
/// Run it with `mvn -q -pl samples/benchmarks -am -DskipTests package`, then `org.openjdk.jmh.Main
/// FoldBenchmark -p model=FILE` on the module's class path. With `-p seed=1` an ONNX model's
/// weights and statistics are random.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 0)
@Measurement(iterations = 3)
public class FoldBenchmark {
  private static final String AS_IT_IS = "none";

  @Param("samples/models/resnet_v2_50.crease")
  public String model = "";

  @Param(AS_IT_IS)
  public String seed = AS_IT_IS;

  private Path file;
  private Path copy;
  private Model read;

  @Setup
  public void randomize() throws IOException {
    file = Path.of(model);
    copy = Files.createTempFile("fold", ".onnx");
    if (!seed.equals(AS_IT_IS)) {
      ModelProto given = ModelProto.parseFrom(Files.readAllBytes(file));
      Files.write(copy, RandomWeights.into(given, Long.parseLong(seed)).toByteArray());
      file = copy;
    }
  }

  /// Constants remember what was found out about them, so each invocation gets fresh ones.
  @Setup(Level.Invocation)
  public void readAnew() {
    read = Compiler.read(file);
  }

  /// What is to be proved.
  @State(Scope.Benchmark)
  public static class Compiled {
    private Compilation compilation;

    @Setup(Level.Invocation)
    public void compile(FoldBenchmark benchmark) {
      compilation = Compiler.compilation(benchmark.read, Options.defaults());
    }
  }

  @TearDown
  public void delete() throws IOException {
    Files.delete(copy);
  }

  @Benchmark
  public Model read() {
    return Compiler.read(file);
  }

  /// All passes, and lowering; weights are computed when a plan is written.
  @Benchmark
  public Program fold() {
    return Compiler.compilation(read, Options.defaults()).program();
  }

  /// The number of rewrites that are proved.
  @Benchmark
  public long prove(Compiled compiled) {
    return compiled.compilation.report().rewrites().parallelStream()
        .map(rewrite -> Certificate.of(rewrite.replacement()))
        .filter(Finding.Proved.class::isInstance)
        .count();
  }
}
