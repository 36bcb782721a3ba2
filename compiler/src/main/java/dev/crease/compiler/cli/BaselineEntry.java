package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.pass.BiasRecord;
import dev.crease.compiler.pass.NormalizationRecord;
import dev.crease.compiler.pass.PassReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What optimizing did to one model, as far as a later version must do the same.
///
/// @param options how it was compiled
/// @param rewrites how often each rule fired
/// @param normalizations [#GONE] or [#LEFT] for each BatchNormalization of the original graph
/// @param biases what became of the bias of each linear operator, in one word
record BaselineEntry(
    String options,
    Map<String, Integer> rewrites,
    Map<String, String> normalizations,
    Map<String, String> biases) {
  static final String GONE = "gone";
  static final String LEFT = "left";

  BaselineEntry {
    rewrites = Collections.unmodifiableMap(new TreeMap<>(rewrites));
    normalizations = Collections.unmodifiableMap(new LinkedHashMap<>(normalizations));
    biases = Collections.unmodifiableMap(new LinkedHashMap<>(biases));
  }

  /// @param worse folds that stopped firing
  /// @param other what else differs
  record Differences(List<String> worse, List<String> other) {
    Differences {
      worse = List.copyOf(worse);
      other = List.copyOf(other);
    }
  }

  static BaselineEntry of(Compilation compilation) {
    PassReport report = compilation.report();
    Map<String, Integer> rewrites = new TreeMap<>();
    for (Rewrite rewrite : report.rewrites()) {
      rewrites.merge(rewrite.pass(), 1, Integer::sum);
    }
    Map<String, String> normalizations = new LinkedHashMap<>();
    for (NormalizationRecord record : report.normalizations()) {
      normalizations.put(unique(record.node(), normalizations), record.isGone() ? GONE : LEFT);
    }
    Map<String, String> biases = new LinkedHashMap<>();
    for (BiasRecord record : report.biases()) {
      biases.put(unique(record.node(), biases), record.word());
    }
    return new BaselineEntry(compilation.options().describe(), rewrites, normalizations, biases);
  }

  /// Nodes may share a name; later ones get a number.
  private static String unique(String label, Map<String, String> taken) {
    String name = label;
    for (int i = 2; taken.containsKey(name); i++) {
      name = label + " #" + i;
    }
    return name;
  }

  /// Compares this entry, the older one, with what is so `now`.
  Differences compare(BaselineEntry now) {
    List<String> worse = new ArrayList<>();
    List<String> other = new ArrayList<>();
    if (!options.equals(now.options)) {
      other.add("the options were `%s`, now `%s`".formatted(options, now.options));
    }
    compareNormalizations(now, worse, other);
    for (String rule : sortedUnion(rewrites, now.rewrites)) {
      int then = rewrites.getOrDefault(rule, 0);
      int count = now.rewrites.getOrDefault(rule, 0);
      if (count != then) {
        (count < then ? worse : other)
            .add(
                "%s made %s, now %s"
                    .formatted(rule, Quantity.of(then, "rewrite"), Quantity.of(count, "rewrite")));
      }
    }
    biases.forEach(
        (node, then) -> {
          String fate = now.biases.getOrDefault(node, "not in the model");
          if (!fate.equals(then)) {
            other.add("the bias of %s was %s, now it is %s".formatted(node, then, fate));
          }
        });
    return new Differences(worse, other);
  }

  private void compareNormalizations(BaselineEntry now, List<String> worse, List<String> other) {
    normalizations.forEach(
        (node, then) -> {
          String fate = now.normalizations.get(node);
          if (fate == null) {
            other.add(node + " is not in the model any more");
          } else if (!fate.equals(then)) {
            boolean back = fate.equals(LEFT);
            (back ? worse : other).add("%s was %s, now it is %s".formatted(node, then, fate));
          }
        });
    now.normalizations.forEach(
        (node, fate) -> {
          if (!normalizations.containsKey(node)) {
            other.add("%s is new, and %s".formatted(node, fate));
          }
        });
  }

  private static List<String> sortedUnion(Map<String, ?> a, Map<String, ?> b) {
    Map<String, Object> both = new TreeMap<>(a);
    both.putAll(b);
    return List.copyOf(both.keySet());
  }
}
