package dev.crease.runtime.launch;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.InvalidPlanException;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import dev.crease.runtime.plan.AtomicFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Runs a plan on files: the program of a packaged application.
///
/// Its first argument is the plan, the others are options; `--help` lists them. Without the JIT
/// compiler's help all is slow, so there is no formatting and no pattern before the first result.
public final class Launcher {
  /// What the program is called in messages, as a property of the system.
  public static final String NAME_PROPERTY = "crease.name";

  private static final int DONE = 0;
  private static final int USAGE = 2;
  private static final int INVALID = 3;
  private static final int DEFECT = 5;

  private static final int SHOWN = 8;

  private final PrintStream out;
  private final PrintStream err;
  private final String name;

  private Launcher(PrintStream out, PrintStream err, String name) {
    this.out = out;
    this.err = err;
    this.name = name;
  }

  /// Runs the command line and ends the process with its exit code.
  public static void main(String... arguments) {
    String name = System.getProperty(NAME_PROPERTY, "crease");
    int code = run(System.out, System.err, name, arguments);
    if (System.out.checkError()) {
      code = Math.max(code, INVALID);
    }
    System.exit(code);
  }

  /// Runs one command line.
  ///
  /// @param name of the program, for messages
  /// @return the exit code
  public static int run(PrintStream out, PrintStream err, String name, String... arguments) {
    return new Launcher(out, err, name).run(arguments);
  }

  private int run(String... arguments) {
    try {
      if (arguments.length == 0) {
        throw new UsageException("the first argument is the plan");
      }
      Path plan = Path.of(arguments[0]);
      LaunchOptions options = LaunchOptions.of(List.of(arguments).subList(1, arguments.length));
      run(plan, options);
      return DONE;
    } catch (UsageException e) {
      return fail(USAGE, String.valueOf(e.getMessage()));
    } catch (InvalidDataException | InvalidPlanException | IllegalArgumentException e) {
      return fail(INVALID, String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      return fail(INVALID, "there is no file " + e.getMessage());
    } catch (FileSystemException e) {
      return fail(INVALID, "cannot read or write " + e.getMessage());
    } catch (IOException e) {
      return fail(INVALID, "reading or writing failed: " + e.getMessage());
    } catch (RuntimeException | Error e) {
      if (isOutOfMemory(e)) {
        return fail(INVALID, "there is not enough memory: " + e.getMessage());
      }
      e.printStackTrace(err);
      return fail(DEFECT, "this is a defect of Crease, not of your files: " + e);
    }
  }

  private static boolean isOutOfMemory(Throwable e) {
    return e instanceof OutOfMemoryError || e.getCause() instanceof OutOfMemoryError;
  }

  private int fail(int code, String message) {
    out.flush();
    err.println(name + ": " + message);
    return code;
  }

  private void run(Path file, LaunchOptions options) throws IOException {
    long start = System.nanoTime();
    Plan plan = Plan.load(file);
    if (options.help()) {
      help(plan);
      return;
    }
    Map<String, Tensor> inputs = new LaunchInputs(plan.inputs(), options).read();
    long loaded = System.nanoTime();
    SessionOptions how = SessionOptions.defaults();
    if (options.threads() > 0) {
      how = how.withThreads(options.threads());
    }
    try (Session session = plan.newSession(how)) {
      Map<String, Tensor> outputs = session.run(inputs);
      long first = System.nanoTime();
      for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
        show(output.getKey(), output.getValue(), options);
      }
      out.flush();
      long[] more = repeat(session, inputs, outputs, options.runs() - 1);
      if (options.time()) {
        time(loaded - start, first - loaded, more);
      }
    }
  }

  private void help(Plan plan) {
    out.println("Usage: " + name + " [OPTIONS]");
    out.println();
    out.print(LaunchOptions.HELP);
    out.println();
    print("Takes:", plan.inputs());
    print("Gives:", plan.outputs());
  }

  private void print(String title, List<TensorInfo> tensors) {
    out.println(title);
    for (TensorInfo tensor : tensors) {
      out.println("  " + tensor + (tensor.optional() ? ", which has a default" : ""));
    }
  }

  private void show(String output, Tensor tensor, LaunchOptions options) throws IOException {
    String folder = options.folder();
    if (folder == null) {
      out.println(output + ": " + tensor + "  " + firstElements(tensor));
      return;
    }
    Path target = Path.of(folder).resolve(output.replaceAll("[^A-Za-z0-9._\\[\\]-]", "_") + ".npy");
    byte[] bytes = NpyArray.bytes(tensor);
    Files.createDirectories(Path.of(folder));
    AtomicFile.write(target, to -> to.write(bytes));
    out.println(output + ": " + tensor + " -> " + target);
  }

  private static String firstElements(Tensor tensor) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < Math.min(SHOWN, tensor.elements()); i++) {
      text.append(i == 0 ? "" : ", ").append(element(tensor, i));
    }
    return text.append(tensor.elements() > SHOWN ? ", ...]" : "]").toString();
  }

  private static String element(Tensor tensor, int i) {
    return switch (tensor.type()) {
      case FLOAT16 -> Float.toString(Float.float16ToFloat(tensor.shorts()[i]));
      case BFLOAT16 -> Float.toString(Float.intBitsToFloat(tensor.shorts()[i] << Short.SIZE));
      case UINT8 -> Integer.toString(Byte.toUnsignedInt(tensor.bytes()[i]));
      case UINT16 -> Integer.toString(Short.toUnsignedInt(tensor.shorts()[i]));
      case UINT32 -> Integer.toUnsignedString(tensor.ints()[i]);
      case UINT64 -> Long.toUnsignedString(tensor.longs()[i]);
      case BOOL -> tensor.bytes()[i] != 0 ? "true" : "false";
      case STRING -> '"' + tensor.strings()[i] + '"';
      case FLOAT32 -> Float.toString(tensor.floats()[i]);
      case FLOAT64 -> Double.toString(tensor.doubles()[i]);
      case INT8 -> Byte.toString(tensor.bytes()[i]);
      case INT16 -> Short.toString(tensor.shorts()[i]);
      case INT32 -> Integer.toString(tensor.ints()[i]);
      case INT64 -> Long.toString(tensor.longs()[i]);
    };
  }

  /// The time of each run.
  private static long[] repeat(
      Session session, Map<String, Tensor> inputs, Map<String, Tensor> outputs, int runs) {
    long[] times = new long[runs];
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      session.run(inputs, outputs);
      times[i] = System.nanoTime() - start;
    }
    return times;
  }

  private void time(long load, long first, long[] more) {
    out.print("time: plan and inputs " + milliseconds(load) + ", first run " + milliseconds(first));
    if (more.length > 0) {
      Arrays.sort(more);
      out.print("; then median " + milliseconds(more[more.length / 2]));
      out.print(", fastest " + milliseconds(more[0]));
    }
    out.println();
  }

  private static String milliseconds(long nanos) {
    return Math.round(nanos / 1e4) / 1e2 + " ms";
  }
}
