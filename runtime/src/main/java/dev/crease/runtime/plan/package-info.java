/// The plan as data: a [Program] of typed [Slot]s and a closed set of [Instruction]s in nested
/// [Block]s.
///
/// ```
/// Program     = lanes, symbols: String*, slots: Slot*, weights: Weights*, main: Block,
///               inputs: Port*, outputs: Port*, metadata
/// Port        = name, slot
/// Slot        = name, type: ElementType, shape: Extent*, layout: Layout
/// Extent      = Fixed | Symbol | Sum | Product | FloorDiv | CeilDiv | Min | Max | Broadcast
/// Weights     = slot, elements in the slot's layout
/// Block       = Instruction*
/// Instruction = one nested record each of [Instruction]
/// ```
///
/// What is no tensor, a sequence or an optional, has a slot whose layout says so and that has no
/// dimensions; only instructions that decide by data name it.
///
/// Instructions name slots by index. A slot's shape is given by integer expressions over the
/// symbols that the inputs bind, or an instruction that decides by data ([Instruction.Deciding]);
/// no instruction carries a concrete size. Nothing here runs anything: binding is
/// [dev.crease.runtime.exec]'s.
///
/// # The plan file
///
/// Version 1.0, written by [PlanWriter] and read by [PlanReader]. All numbers are little-endian;
/// i32 and i64 are two's complement, f32 is IEEE 754; offsets count from the file's first byte. The
/// same program gives the same bytes.
///
/// ```
/// File        = Header Structure checksum zeros Tensor*
/// Header      = magic major: i32 minor: i32 structureBytes: i32 zero-byte[40] checksum
/// magic       = 89 50 4C 4E 0D 0A 1A 0A
/// checksum    = u32: CRC32C of the bytes since the last checksum or zeros
/// zeros       = as many zero bytes as make the offset a multiple of 64
/// Tensor      = slot: i32 0: i32 bytes: i64 zero-byte[48] element* checksum zeros
/// ```
///
/// The header takes 64 bytes, a tensor's prefix another 64, so the elements of every tensor begin
/// at a multiple of 64. `bytes` is what the elements take. There is one tensor for each slot that
/// the structure lists as constant, in that order. Elements are in the slot's layout: numbers of
/// the element type's width, booleans as the bytes 0 and 1, strings as in the structure.
///
/// ```
/// Structure   = lanes: i32 symbols: list(string) slots: list(Slot) inputs: list(Port)
///               outputs: list(Port) metadata: list(key: string value: string)
///               weights: list(slot: i32) main: Block
/// list(T)     = count: i32 T*
/// string      = bytes: i32 UTF-8
/// Slot        = name: string ElementType Layout shape: list(Extent)
/// Port        = name: string slot: i32 dimensions: list(string)
/// Block       = list(Instruction)
/// Extent      = 1 i64 | 2 symbol: i32 | 3 Sum | 4 Product | 5 FloorDiv | 6 CeilDiv | 7 Min | 8 Max
///               | 9 Broadcast (3 to 9: two Extents)
/// Instruction = 1 Conv | 2 DepthwiseConv | 3 Gemm | 4 Pack | 5 Pool | 6 GlobalPool | 7 Unary
///             | 8 Binary | 9 Cast | 10 Softmax | 11 Reorder | 12 Reshape | 13 Transpose | 14 Slice
///             | 15 Concat | 16 Expand | 17 Gather | 18 Fill | 19 Extents | 20 If | 21 Lrn
///             | 22 Compare | 23 Select | 24 Pad | 25 Range | 26 Interleave | 27 Reduce
///             | 29 Resize | 30 Recurrent | 31 ScatterNd | 33 Border | 34 Channelwise | 35 Call
///             | 36 Measure | 37 Produce | 38 Branch | 39 Loop | 40 Conv (winograd: u8, no group)
///             | 41 SelectChannels
/// Carried     = initial inside next y: i32 each
/// Scanned     = x inside axis: i32 each, reverse: u8
/// Stacked     = row y axis: i32 each, reverse: u8
/// Window      = kernel strides dilations: list(i32) each, padsBegin padsEnd: list(Extent) each
/// Activation  = UnaryFunction alpha: f32 beta: f32
/// PostOp      = 1 Activation | 2 mean slope bias: i32 each | 3 lower upper: i32 each
/// Resampling  = ResizeMode CoordinateMode NearestMode cubicCoefficient: f32 antialias: u8
///               excludeOutside: u8 extrapolation: f32
/// ```
///
/// A tag (the digits above) and an enumeration's constant are one byte each; [PlanFormat] has the
/// codes of enumerations. A tag that is missing was given once, and is not given again. After its
/// tag an instruction has the components of its record in their order: slots and integers i32, an
/// absent slot -1, booleans one byte, numbers of Call the 64 bits of a double, post-ops
/// `list(PostOp)`, a [Routine] or [Production] its name as a string. Metadata is sorted by key.
///
/// Expressions are nested at most 64 deep and blocks at most 32. A reader refuses another major
/// version; a higher minor version may use tags and codes that an older reader refuses by name. A
/// reader checks every count against the bytes that are left before it allocates, then the
/// program's own rules ([ProgramVerifier]), before anything runs.
package dev.crease.runtime.plan;
