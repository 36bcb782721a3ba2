package dev.crease.samples.embeddings;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The command `similar`: which sentences say nearly the same.
@Command(
    name = "similar",
    header = "Prints the sentences that are most alike, the most alike first.",
    description = {
      "%nBefore each pair stands its similarity: 1 is the same, about 0 unrelated. The model was"
          + " trained on English.",
      "%nExamples:",
      "  similar 'A cat sleeps.' 'The dog barks.' 'A kitten is napping.'",
      "  similar --file sentences.txt --top 5",
      "  similar --file answers.txt --to 'How do I get my money back?'%n"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "2:usage", "3:a file is missing or no text"})
public final class Similar implements Callable<Integer> {
  private static final int UNREADABLE = 3;

  @Parameters(paramLabel = "SENTENCE", description = "Sentences, each in quotes.")
  private List<String> given = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "A text file in UTF-8 with a sentence on each line; empty lines are skipped.")
  private Path file;

  @Option(
      names = "--to",
      paramLabel = "SENTENCE",
      description = "Compare all sentences with this one, instead of each with each.")
  private String target;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many to print at most. Default: ${DEFAULT-VALUE}.")
  private int top;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Spec private CommandSpec spec;

  public static void main(String... arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Similar())
        .setParameterExceptionHandler((failure, _) -> usage(failure))
        .setExecutionExceptionHandler((failure, line, _) -> report(failure, line));
  }

  private static int usage(ParameterException failure) {
    CommandLine line = failure.getCommandLine();
    line.getErr().println("similar: " + failure.getMessage());
    line.getErr().println("See `similar --help`.");
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int report(Exception failure, CommandLine line) throws Exception {
    if (!(failure instanceof IOException)) {
      throw failure;
    }
    line.getErr().println("similar: " + failure.getMessage());
    return UNREADABLE;
  }

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw new ParameterException(spec.commandLine(), "--top is 1 or more");
    }
    List<String> sentences = sentences();
    int least = target == null ? 2 : 1;
    if (sentences.size() < least) {
      throw new ParameterException(
          spec.commandLine(), "%d sentences given, %d needed".formatted(sentences.size(), least));
    }
    List<Pair> pairs;
    try (SentenceEmbedder embedder = SentenceEmbedder.load()) {
      List<float[]> vectors = embedder.embed(sentences);
      pairs =
          target == null
              ? closest(sentences, vectors)
              : closest(sentences, vectors, embedder.embed(target));
    }
    PrintWriter out = spec.commandLine().getOut();
    for (Pair pair : pairs) {
      String text = target == null ? pair.first() + " | " + pair.second() : pair.first();
      out.printf("%6.3f  %s%n", pair.similarity(), text);
    }
    out.flush();
    return 0;
  }

  private List<String> sentences() throws IOException {
    List<String> sentences = new ArrayList<>();
    if (file != null) {
      if (!Files.isRegularFile(file)) {
        throw new IOException("there is no file " + file);
      }
      try {
        sentences.addAll(Files.readAllLines(file));
      } catch (CharacterCodingException e) {
        throw new IOException(file + " is no text in UTF-8", e);
      }
    }
    sentences.addAll(given);
    return sentences.stream().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  private record Pair(double similarity, String first, String second) {}

  private List<Pair> closest(List<String> sentences, List<float[]> vectors) {
    PriorityQueue<Pair> best = queue();
    for (int i = 0; i < vectors.size(); i++) {
      for (int j = i + 1; j < vectors.size(); j++) {
        double similarity = SentenceEmbedder.similarity(vectors.get(i), vectors.get(j));
        add(best, new Pair(similarity, sentences.get(i), sentences.get(j)));
      }
    }
    return sorted(best);
  }

  private List<Pair> closest(List<String> sentences, List<float[]> vectors, float[] vector) {
    PriorityQueue<Pair> best = queue();
    for (int i = 0; i < vectors.size(); i++) {
      double similarity = SentenceEmbedder.similarity(vectors.get(i), vector);
      add(best, new Pair(similarity, sentences.get(i), target));
    }
    return sorted(best);
  }

  /// The least alike first, to be replaced.
  private static PriorityQueue<Pair> queue() {
    return new PriorityQueue<>(Comparator.comparingDouble(Pair::similarity));
  }

  private void add(PriorityQueue<Pair> best, Pair pair) {
    best.add(pair);
    if (best.size() > top) {
      best.remove();
    }
  }

  private static List<Pair> sorted(PriorityQueue<Pair> best) {
    return best.stream().sorted(Comparator.comparingDouble(Pair::similarity).reversed()).toList();
  }
}
