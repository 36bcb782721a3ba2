package dev.crease.compiler.op;

import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import java.util.List;
import java.util.ServiceLoader;

/// What reads the texts of [Defined] operators. The room of the language provides it, as a service,
/// since it is built on the operators.
public interface Definitions {
  /// As [Composite#expand], of a node whose operator is [Defined].
  ///
  /// @throws UnsupportedNodeException if the text asks for what cannot be told before a run
  List<Value> expand(Node node, List<Value> inputs, GraphBuilder out);

  /// The one there is.
  static Definitions provided() {
    return Provided.DEFINITIONS;
  }

  /// Found when the first operator is expanded.
  final class Provided {
    private static final Definitions DEFINITIONS =
        ServiceLoader.load(Definitions.class, Definitions.class.getClassLoader())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("nothing provides definitions"));

    private Provided() {}
  }
}
