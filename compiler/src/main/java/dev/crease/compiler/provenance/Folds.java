package dev.crease.compiler.provenance;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.ir.Model;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What became of the BatchNormalizations of an optimized model, as its metadata holds it.
///
/// @param folds those that [Unfolding] can restore
/// @param others those that went another way: what became of each, in words
record Folds(List<Fold> folds, List<String> others) {
  private static final String FORMAT = "1";
  private static final String FOLD = "fold ";
  private static final String OTHER = "gone ";

  Folds {
    folds = List.copyOf(folds);
    others = List.copyOf(others);
  }

  boolean isEmpty() {
    return folds.isEmpty() && others.isEmpty();
  }

  /// Those of a model that was optimized by Crease.
  ///
  /// @throws InvalidModelException if there is such an entry that cannot be read
  static Optional<Folds> of(Model model) {
    String text = model.metadata().get(Provenance.METADATA);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      throw new InvalidModelException(
          "the metadata %s is damaged: %s".formatted(Provenance.METADATA, e.getMessage()), e);
    }
  }

  /// The model with these and those that it had before; without such an entry if there are none.
  Model in(Model model) {
    Folds before = of(model).orElseGet(() -> new Folds(List.of(), List.of()));
    List<Fold> allFolds = new ArrayList<>(before.folds);
    allFolds.addAll(folds);
    List<String> allOthers = new ArrayList<>(before.others);
    allOthers.addAll(others);
    Folds all = new Folds(allFolds, allOthers);
    if (all.isEmpty()) {
      return model;
    }
    Map<String, String> metadata = new LinkedHashMap<>(model.metadata());
    metadata.put(Provenance.METADATA, all.print());
    return model.with(metadata);
  }

  private String print() {
    StringBuilder text = new StringBuilder(FORMAT);
    folds.forEach(fold -> text.append('\n').append(FOLD).append(fold.print()));
    others.forEach(
        other ->
            text.append('\n')
                .append(OTHER)
                .append(URLEncoder.encode(other, StandardCharsets.UTF_8)));
    return text.toString();
  }

  private static Folds parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(FORMAT)) {
      throw new IllegalArgumentException("its first line is not the format " + FORMAT);
    }
    List<Fold> folds = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      if (line.startsWith(FOLD)) {
        folds.add(Fold.parse(line.substring(FOLD.length())));
      } else if (line.startsWith(OTHER)) {
        others.add(URLDecoder.decode(line.substring(OTHER.length()), StandardCharsets.UTF_8));
      } else {
        throw new IllegalArgumentException("`%s` is neither fold nor gone".formatted(line));
      }
    }
    return new Folds(folds, others);
  }
}
