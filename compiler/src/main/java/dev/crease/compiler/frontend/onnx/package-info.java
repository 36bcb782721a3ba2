/// ONNX files in and out; the only room that knows Protocol Buffers.
///
/// The way of a file, in this order:
///
/// 1. [WeightCutter] walks the mapped bytes and cuts the weights out, so that they are aliased, not
///    copied, and damage is reported with its place.
/// 2. [FunctionInliner] replaces calls of the model's own functions by their bodies.
/// 3. [SupportScan] lists everything that cannot be compiled, all at once.
/// 4. [NodeOrder] checks names and puts the nodes in topological order.
/// 5. [GraphReader] builds the graph, after [OpsetUpgrade] has made each node current, so each
///    operator exists once, in its newest form; [SourceReader] adds inputs and initializers,
///    [ValueScope] finds what nodes of subgraphs read. Where the branches of an `If` give different
///    ranks, the graph has the one that every run takes ([KnownBranch]) or that fits what reads it,
///    or a number whose rank nobody asks for ([OpenRanks]).
///
/// Nothing here knows a pass or the plan. Bytes of files are trusted in nothing: every size is
/// checked before it is believed, recursion is bounded, and external data stays below the model's
/// folder.
package dev.crease.compiler.frontend.onnx;
