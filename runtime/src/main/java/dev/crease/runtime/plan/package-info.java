/// The plan as data: a [Program] of typed [Slot]s and a closed set of [Instruction]s in nested
/// [Block]s.
///
/// ```
/// Program     = lanes, symbols: String*, slots: Slot*, weights: Weights*, main: Block,
///               inputs: Port*, outputs: Port*, metadata
/// Port        = name, slot
/// Slot        = type: ElementType, shape: Extent*, layout: Layout
/// Extent      = Fixed | Symbol | Sum | Product | FloorDiv | CeilDiv | Min | Max
/// Weights     = slot, elements in the slot's layout
/// Block       = Instruction*
/// Instruction = one nested record each of [Instruction]
/// ```
///
/// Instructions name slots by index. A slot's shape is given by integer expressions over the
/// symbols that the inputs bind; no instruction carries a concrete size. Nothing here runs
/// anything: binding is [dev.crease.runtime.exec]'s.
@NullMarked
package dev.crease.runtime.plan;

import org.jspecify.annotations.NullMarked;
