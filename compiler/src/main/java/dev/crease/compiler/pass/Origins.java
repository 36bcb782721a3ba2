package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What the original graph calls that whose name a rewrite made up.
final class Origins {
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  private final Set<String> original;
  private final Map<String, String> origins = new HashMap<>();

  Origins(Graph original) {
    this.original = original.allValues().map(Value::name).collect(Collectors.toSet());
  }

  /// Takes over what one sweep made: new name to old.
  void add(Map<String, String> made) {
    made.forEach(
        (name, old) -> {
          if (!original.contains(name)) {
            origins.put(name, origins.getOrDefault(old, old));
          }
        });
  }

  /// A sentence that says of each quoted name that is made up what it was.
  String told(String reason) {
    return QUOTED
        .matcher(reason)
        .replaceAll(match -> Matcher.quoteReplacement(match.group() + was(match.group(1))));
  }

  private String was(String name) {
    String origin = origins.get(name);
    return origin == null || !original.contains(origin) ? "" : " (once `%s`)".formatted(origin);
  }
}
