/// Operators of sequences and optionals.
///
/// A type says what the tensors' elements are, and not which shapes they have, since those of one
/// sequence may differ. How many dimensions a tensor that is taken out has, the model declares, or
/// what is known of the tensors tells ([dev.crease.compiler.ir.Items]); its sizes depend on data.
/// Each operator is one [dev.crease.runtime.plan.Production].
package dev.crease.compiler.op.sequence;
