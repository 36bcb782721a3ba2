/// Passes: rewrites of a graph that keep its meaning and make it cheaper.
///
/// ```
/// Pipeline   = Pass*, Constraint*                  the one ordered table
/// Pass       = name, reason, Rule
/// Rule       : (Rewriter, Node) -> Outcome         one node at a time, a flat-map
/// Outcome    = Replaced | NotApplicable | Declined(reason)
/// Replaced   = message, matched Node*, passed Node*, what Preconditions held
/// PassReport = graph, Rewrite*, Decline*, Timing*, NormalizationRecord*, BiasRecord*
/// ```
///
/// A pass is a function on immutable graphs. It opens with its rewrite as an equation and when it
/// fires; then come the guards, each with what holds and a reason if it does not ([Preconditions]),
/// then one construction. A rule never makes a graph worse, and never changes a constant in place:
/// another node may share it.
///
/// What all passes need is the business of [PassRunner]: sweeping to a fixpoint, dropping dead
/// nodes, verifying, timing, numbering, logging, dumping, stopping after a rewrite. A rule knows
/// none of that.
///
/// Rules also run inside subgraphs, each of which is a source graph of its own: captured constants
/// are constants there, other captured values have no producer. A value that a subgraph captures
/// has one more consumer.
///
/// A pass knows graphs and operators. It must not know a file format, the command line, or how the
/// reference interpreter works.
package dev.crease.compiler.pass;
