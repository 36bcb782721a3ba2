package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.InvalidOperandException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The equation of an Einsum: what each dimension of each operand, and of the result, is called.
///
/// A label is the code of a letter, or negative for a dimension under an ellipsis: -1 for the last,
/// -2 for the one before, and so on, so that shorter operands are aligned at the end.
///
/// @param terms labels of the operands' dimensions
/// @param result labels of the result's
record EinsumEquation(List<List<Integer>> terms, List<Integer> result) {
  private static final String ARROW = "->";
  private static final String ELLIPSIS = "...";

  /// @param ranks of the operands
  /// @throws InvalidOperandException if the equation is malformed or does not fit the ranks
  static EinsumEquation of(String equation, List<Integer> ranks) {
    String text = equation.replace(" ", "");
    int arrow = text.indexOf(ARROW);
    String[] sources = (arrow < 0 ? text : text.substring(0, arrow)).split(",", -1);
    if (sources.length != ranks.size()) {
      throw invalid(
          equation, "has %d terms for %d operands".formatted(sources.length, ranks.size()));
    }
    List<List<Integer>> terms = new ArrayList<>();
    int widest = 0;
    for (int i = 0; i < sources.length; i++) {
      List<Integer> term = term(equation, sources[i], ranks.get(i));
      widest = Math.max(widest, (int) term.stream().filter(label -> label < 0).count());
      terms.add(term);
    }
    List<Integer> result =
        arrow < 0
            ? implicit(terms, widest)
            : labels(equation, text.substring(arrow + ARROW.length()), widest);
    require(equation, terms, result);
    return new EinsumEquation(terms, result);
  }

  private static InvalidOperandException invalid(String equation, String problem) {
    return new InvalidOperandException("equation '%s' of Einsum %s".formatted(equation, problem));
  }

  private static List<Integer> term(String equation, String source, int rank) {
    int letters = source.replace(ELLIPSIS, "").length();
    boolean ellipsis = source.contains(ELLIPSIS);
    if (letters > rank || letters < rank && !ellipsis) {
      throw invalid(equation, "names '%s' for an operand of rank %d".formatted(source, rank));
    }
    return labels(equation, source, rank - letters);
  }

  /// @param hidden how many dimensions an ellipsis stands for
  private static List<Integer> labels(String equation, String source, int hidden) {
    List<Integer> labels = new ArrayList<>();
    boolean ellipsis = false;
    for (int i = 0; i < source.length(); i++) {
      char letter = source.charAt(i);
      if (source.startsWith(ELLIPSIS, i) && !ellipsis) {
        ellipsis = true;
        IntStream.rangeClosed(-hidden, -1).forEach(labels::add);
        i += ELLIPSIS.length() - 1;
      } else if (letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z') {
        labels.add((int) letter);
      } else {
        throw invalid(
            equation, "has '%s' in '%s', expected letters and one '...'".formatted(letter, source));
      }
    }
    return List.copyOf(labels);
  }

  /// Dimensions under an ellipsis, then the letters that appear once, in their order.
  private static List<Integer> implicit(List<List<Integer>> terms, int widest) {
    List<Integer> all = terms.stream().flatMap(List::stream).toList();
    return Stream.concat(
            IntStream.rangeClosed(-widest, -1).boxed(),
            all.stream()
                .filter(label -> label >= 0 && Collections.frequency(all, label) == 1)
                .sorted())
        .toList();
  }

  private static void require(String equation, List<List<Integer>> terms, List<Integer> result) {
    for (int label : result) {
      if (Collections.frequency(result, label) > 1) {
        throw invalid(equation, "has '%c' twice in the result".formatted(label));
      }
      if (terms.stream().noneMatch(term -> term.contains(label))) {
        throw invalid(equation, "has '%c' in the result but in no term".formatted(label));
      }
    }
  }

  /// All labels: the result's in its order, then those that are summed over.
  List<Integer> labels() {
    return Stream.concat(result.stream(), terms.stream().flatMap(List::stream)).distinct().toList();
  }
}
