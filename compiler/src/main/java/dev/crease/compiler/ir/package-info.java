/// The typed graph every model becomes, and the contracts its parts obey.
///
/// ```
/// Model      = graph: Graph, opset, metadata
/// Graph      = name, inputs: Value*, defaults: (Value, Constant)*, constants: (Value, Constant)*,
///              nodes: Node*, outputs: Value*
/// Node       = name, op: Op, inputs: Value*, outputs: Value*
/// Value      = name, type: TensorType
/// TensorType = element: ElementType, dims: Dim*, holder: tensor, or sequence or optional of them
/// Dim        = integer polynomial over symbols, floor and ceiling quotients, minima and maxima
/// Constant   = Stored | Splat | Derived
/// Op         = an operator with its attributes, graphs among them; see dev.crease.compiler.op
/// Rewrite    = number, pass, Replacement: two graphs of the same meaning, before and after
/// ```
///
/// A graph is immutable, in single assignment, and topologically ordered; every value has a type
/// from the moment [GraphBuilder] adds its node. Constants are shared by reference, so a new graph
/// costs its node list. A sequence is a value like any other, whose type does not tell the shapes
/// of its tensors; what is known of them is the graph's to tell ([Items]). A graph inside a node's
/// operator may read what the graphs around it define before that node; [Graph#captures] lists it,
/// and every question of who uses a value counts it. A name means one value in a whole model.
/// Nothing here knows a file format, a pass, or the plan.
package dev.crease.compiler.ir;
