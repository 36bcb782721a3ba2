/// Whether the rewrites of a log are all that happened between two graphs.
///
/// ```
/// Replay   : (original, Rewrite*, result) -> finding*
/// Term     = Input | Bound | Known(constant) | Part(Applied, i)      what a value means
/// Applied  = operator, operand Term*, (Bound*, output Term*)*        a node, by what it reads
/// Numbering: equal numbers are equal expressions over the same inputs and constants
/// ```
///
/// The log does not hold the graphs between its sweeps, so they are made again from the original:
/// each sweep keeps every node that no rewrite of it replaces and puts a rewrite's `after` in the
/// place of the results of its `before`. What comes out is compared with the real result as
/// expressions, from the outputs back. Neither names of inner values, nor how often or in which
/// graph the same expression is computed, makes a difference; a node with chance in it is an
/// expression of its own, and a copy (Identity) is what it copies: an input that is returned needs
/// one for its name.
///
/// An input of a subgraph is a bound variable, known by its name, which no pass changes: subgraphs
/// are alike if they are given the same names in the same order, and return the same expressions.
///
/// That each `before` means the same as its `after` is not judged here. Nothing here knows how
/// passes write a graph.
package dev.crease.compiler.verify.replay;
