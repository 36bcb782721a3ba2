package dev.crease.compiler.cli;

import dev.crease.runtime.TensorInfo;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// What symbolic dimensions of inputs are.
final class DimensionSizes {
  @Option(
      names = "--dim",
      paramLabel = "NAME=N",
      description =
          "The size of a symbolic dimension of inputs, as in --dim N=4; 1 if neither this nor an"
              + " input's file gives it.")
  List<String> given = List.of();

  /// @throws UsageException if one is not NAME=N, or is given twice
  Map<String, Integer> byName() {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (String text : given) {
      int equals = text.lastIndexOf('=');
      if (equals < 1) {
        throw new UsageException("--dim %s: give NAME=N, as in --dim batch=4".formatted(text));
      }
      if (sizes.put(text.substring(0, equals), size(text, equals)) != null) {
        throw new UsageException("--dim gives `%s` twice".formatted(text.substring(0, equals)));
      }
    }
    return sizes;
  }

  /// The options that give sizes to these dimensions, as in `--dim N=SIZE --dim H=SIZE`.
  static String options(Collection<String> names) {
    return names.stream()
        .map(name -> "--dim %s=SIZE".formatted(name))
        .collect(Collectors.joining(" "));
  }

  /// The names that inputs have in their dimensions, in their order; not those that data decides.
  static List<String> names(Collection<TensorInfo> inputs, Collection<String> symbols) {
    return inputs.stream()
        .flatMap(input -> input.dimensions().stream())
        .flatMap(dimension -> Arrays.stream(dimension.split("[ ()*+/-]+")))
        .filter(symbols::contains)
        .distinct()
        .toList();
  }

  private static int size(String text, int equals) {
    try {
      return Integer.parseInt(text.substring(equals + 1));
    } catch (NumberFormatException e) {
      throw new UsageException(
          "--dim %s: '%s' is not an integer of at most %d"
              .formatted(text, text.substring(equals + 1), Integer.MAX_VALUE));
    }
  }
}
