package dev.crease.compiler.ir;

import java.util.List;

/// The facet of operators with results that hold tensors: sequences and optionals.
public interface Holding extends Op {
  /// What is known of the tensors in each result; whatever for one that is a tensor.
  List<Items> items(Operands operands);
}
