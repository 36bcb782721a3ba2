package dev.crease.compiler.ir;

/// The facet of operators that take tensors out of sequences and optionals: even how many
/// dimensions their results have depends on data. It is what the model declares
/// ([Operands#declared]) or what is known of the tensors ([Operands#items]).
public interface DeclaredRank extends Op {}
