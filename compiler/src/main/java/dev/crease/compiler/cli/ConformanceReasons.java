package dev.crease.compiler.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Why cases fail that should: lines of a name with `*`, a colon and the reason.
final class ConformanceReasons {
  private final Map<PathMatcher, String> reasons = new LinkedHashMap<>();

  private ConformanceReasons(String text) {
    for (String line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
      int colon = line.indexOf(':');
      PathMatcher names =
          FileSystems.getDefault().getPathMatcher("glob:" + line.substring(0, colon));
      reasons.put(names, line.substring(colon + 1).strip());
    }
  }

  /// Those of the suite that the ONNX project publishes.
  static ConformanceReasons ofOnnx() {
    try (InputStream in = ConformanceReasons.class.getResourceAsStream("conformance-reasons.txt")) {
      byte[] text = Objects.requireNonNull(in, "conformance-reasons.txt is missing").readAllBytes();
      return new ConformanceReasons(new String(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param folder of the case
  Optional<String> of(Path folder) {
    Path name = folder.getFileName();
    return reasons.entrySet().stream()
        .filter(reason -> name != null && reason.getKey().matches(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
