/// From the optimized graph to the plan.
///
/// ```
/// Graph -> Expansion -> Widening -> Lowerer -> Program -> (dev.crease.runtime.plan.PlanWriter) -> plan file
/// ```
///
/// [Expansion] replaces operators that have no instructions of their own by the operators that
/// define them; [Widening] lets arithmetic on 16-bit floats run in float32; [Lowerer] walks the
/// graph in order and lets each operator emit its instructions through
/// [dev.crease.compiler.op.Lowering]; [PlanPrinter] shows the result to people. A subgraph becomes
/// a block, which reads captured values where they are. [KernelEvaluator] computes single nodes
/// through the runtime's scalar kernels, for constant folding.
///
/// This room knows the graph, the operators' contracts, and the plan as data. It must not know a
/// file format, a pass, or any particular operator but Cast, which [Widening] adds.
package dev.crease.compiler.plan;
