/// Operators with subgraphs ([dev.crease.compiler.ir.ControlFlow]).
///
/// What an operator of this family says in its own file, and [If] is the pattern:
///
/// - The record's components are the subgraphs; its constructor checks how many inputs and outputs
///   they have.
/// - `infer` joins what the subgraphs give: a dimension in which they differ, or which a subgraph
///   alone knows, is a new symbol.
/// - `evaluate` decides which subgraph runs, and on what
///   ([dev.crease.compiler.ir.EvaluationInputs#subgraphs]).
/// - `lower` makes a block of each subgraph ([dev.crease.compiler.op.Lowering#body]) and emits one
///   instruction that holds the blocks.
///
/// It says nothing of captured values: to the graph around they are uses like operands, and they
/// move with the node (see [dev.crease.compiler.ir.Graph], [dev.crease.compiler.ir.GraphCopy]).
///
/// `Loop` and `Scan` have what `If` has no need of. Their bodies have inputs: `evaluate` passes the
/// values of a turn, and each has a PLAIN slot that the instruction fills. A body's inputs have the
/// types that hold in every turn, so what is known of the initial values is not known of them. How
/// often a `Loop` runs depends on data, and so do the sizes of what it collects; a `Scan` runs as
/// often as its inputs are long, a dimension.
///
/// `If` and `Loop` take sequences and optionals too. What is put into an optional that a loop
/// carries may come as it is.
package dev.crease.compiler.op.control;
