package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.grammar.onnx.OperatorSetIdProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// The operator sets that a model or function imports: a version for each domain.
record Opsets(Map<String, Integer> versions) {
  /// The oldest version of the default domain that is read.
  static final int OLDEST = 6;

  /// The newest version of the default domain whose operators are known.
  static final int NEWEST = 28;

  Opsets {
    versions = Map.copyOf(versions);
  }

  /// What is imported, of versions that are supported.
  ///
  /// @param where the file, and the function if it is one, for messages
  static Opsets of(List<OperatorSetIdProto> imports, String where) {
    Opsets opsets = declared(imports, where);
    opsets.checkDefault(where);
    return opsets;
  }

  /// What is imported, of whatever version.
  static Opsets declared(List<OperatorSetIdProto> imports, String where) {
    Map<String, Integer> versions = new HashMap<>();
    for (OperatorSetIdProto set : imports) {
      String domain = domain(set.getDomain());
      int version = (int) Math.clamp(set.getVersion(), 0, Integer.MAX_VALUE);
      Integer other = versions.putIfAbsent(domain, version);
      if (other != null && other != version) {
        throw new InvalidModelException(
            "%s imports the operator set of `%s` twice, versions %d and %d"
                .formatted(where, set.getDomain(), other, version));
      }
    }
    return new Opsets(versions);
  }

  private void checkDefault(String where) {
    int version = version("").orElse(NEWEST);
    if (version < OLDEST || version > NEWEST) {
      throw new UnsupportedModelException(
          List.of(
              "%s uses version %d of the ONNX operator set; supported are %d to %d; convert the model or export it for one of those"
                  .formatted(where, version, OLDEST, NEWEST)));
    }
  }

  /// The version imported for a domain as [#domain] gives it.
  OptionalInt version(String domain) {
    Integer version = versions.get(domain);
    return version == null ? OptionalInt.empty() : OptionalInt.of(version);
  }

  /// The domain's one name: the default domain is empty, though `ai.onnx` is allowed too.
  static String domain(String name) {
    return name.equals("ai.onnx") ? "" : name;
  }
}
