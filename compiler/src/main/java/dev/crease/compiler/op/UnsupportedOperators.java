package dev.crease.compiler.op;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The operators of ONNX's default domain, as of operator set 28, that [Operators] does not have,
/// each with the reason.
public final class UnsupportedOperators {
  private static final Map<String, String> REASONS = new TreeMap<>();

  static {
    because(
        "there are no instructions on quantized numbers",
        "ConvInteger",
        "DequantizeLinear",
        "DynamicQuantizeLinear",
        "MatMulInteger",
        "QLinearConv",
        "QLinearMatMul",
        "QuantizeLinear");
    because(
        "there are no instructions on text, which is only moved and cast",
        "RegexFullMatch",
        "StringConcat",
        "StringNormalizer",
        "StringSplit",
        "TfIdfVectorizer");
  }

  private UnsupportedOperators() {}

  private static void because(String reason, String... names) {
    for (String name : names) {
      REASONS.put(name, reason);
    }
  }

  /// Why an operator of ONNX is not supported; empty if it is, or if ONNX has none of that name.
  public static Optional<String> reason(String name) {
    return Optional.ofNullable(REASONS.get(name));
  }

  static Map<String, String> reasons() {
    return Map.copyOf(REASONS);
  }
}
