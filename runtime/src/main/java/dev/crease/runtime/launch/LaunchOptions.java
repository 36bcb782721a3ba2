package dev.crease.runtime.launch;

import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.plan.Nullable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A command line of [Launcher].
///
/// @param inputs as given, `NAME=FILE` or `FILE`
/// @param dimensions sizes by name
/// @param folder for outputs, or null to print them
/// @param seed of inputs that have no file, or null if all need one
/// @param threads or 0 for the default
record LaunchOptions(
    List<String> inputs,
    Map<String, Integer> dimensions,
    @Nullable String folder,
    @Nullable Long seed,
    int threads,
    int runs,
    boolean time,
    boolean help) {
  static final String HELP =
      """
        -i, --input [NAME=]FILE  The value of an input: a NumPy array (.npy), or else the elements
                                 alone, little-endian, rows first. The name may be left out if
                                 there is one input.
            --dim NAME=N         The size of a symbolic dimension, 1 if neither this nor an array's
                                 file gives it.
            --random SEED        Make up inputs that have no file, as `crease run --seed` does.
        -o, --output-dir DIR     Write every output into this folder, as NAME.npy, instead of
                                 printing its first elements.
            --threads N          Threads that work on a run; results do not depend on it. Default:
                                 all processors.
            --runs N             How often to run; outputs are those of the first. Default: 1.
            --time               Tell how long it took.
        -h, --help               Print this and what the model takes and gives.

      Exit codes: 0 done, 2 the command line is wrong, 3 a file is invalid, cannot be read or
      written, or is too large, 5 a defect of Crease.
      """;

  private static final int MOST_RUNS = 1_000_000;

  /// @throws UsageException if it is wrong
  static LaunchOptions of(List<String> words) {
    return new Parser(words).parse();
  }

  private static final class Parser {
    private final List<String> words;
    private int next;

    Parser(List<String> words) {
      this.words = words;
    }

    LaunchOptions parse() {
      List<String> inputs = new ArrayList<>();
      Map<String, Integer> dimensions = new LinkedHashMap<>();
      String folder = null;
      Long seed = null;
      int threads = 0;
      int runs = 1;
      boolean time = false;
      boolean help = false;
      while (next < words.size()) {
        String word = words.get(next++);
        int equals = word.startsWith("--") ? word.indexOf('=') : -1;
        String option = equals < 0 ? word : word.substring(0, equals);
        String value = equals < 0 ? null : word.substring(equals + 1);
        switch (option) {
          case "-i", "--input" -> inputs.add(value(option, value));
          case "--dim" -> addDimension(value(option, value), dimensions);
          case "--random" -> seed = number(option, value(option, value), Long.MIN_VALUE);
          case "-o", "--output-dir" -> folder = value(option, value);
          case "--threads" -> threads = count(option, value, SessionOptions.MOST_THREADS);
          case "--runs" -> runs = count(option, value, MOST_RUNS);
          case "--time" -> time = flag(option, value);
          case "-h", "--help" -> help = flag(option, value);
          default -> throw new UsageException("there is no option `" + word + "`; see --help");
        }
      }
      return new LaunchOptions(inputs, dimensions, folder, seed, threads, runs, time, help);
    }

    private String value(String option, @Nullable String given) {
      if (given != null) {
        return given;
      }
      if (next == words.size()) {
        throw new UsageException(option + " needs a value; see --help");
      }
      return words.get(next++);
    }

    private static boolean flag(String option, @Nullable String given) {
      if (given != null) {
        throw new UsageException(option + " takes no value");
      }
      return true;
    }

    private int count(String option, @Nullable String given, int most) {
      long count = number(option, value(option, given), 1);
      if (count > most) {
        throw new UsageException(option + " " + count + ": give 1 to " + most);
      }
      return (int) count;
    }

    private static long number(String option, String text, long least) {
      try {
        long number = Long.parseLong(text);
        if (number >= least) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw new UsageException(option + ": `" + text + "` is no whole number");
      }
      throw new UsageException(option + " " + text + ": give " + least + " or more");
    }

    private static void addDimension(String text, Map<String, Integer> dimensions) {
      int equals = text.lastIndexOf('=');
      if (equals < 1) {
        throw new UsageException("--dim " + text + ": give NAME=N, as in --dim batch=4");
      }
      long size = number("--dim", text.substring(equals + 1), 0);
      if (size > Integer.MAX_VALUE) {
        throw new UsageException("--dim " + text + ": no dimension is that long");
      }
      if (dimensions.put(text.substring(0, equals), (int) size) != null) {
        throw new UsageException("--dim gives `" + text.substring(0, equals) + "` twice");
      }
    }
  }
}
