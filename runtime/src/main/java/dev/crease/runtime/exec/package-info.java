/// Runs a program: binds symbols to concrete shapes, plans memory, prepares kernels, splits them
/// over threads.
///
/// Binding does all shape work once per set of input shapes; a bound run walks a list of prepared
/// kernels and allocates nothing. In the order of the data:
///
/// 1. [LoadedProgram], once per plan: the verified program, its [Constants] packed for the machine,
///    its [Timeline] of slots' lives.
/// 2. [InputShapes] gives the symbols their values, [BoundShapes] the slots their shapes.
/// 3. [MemoryPlan] gives every slot its place: [Halos] says how much border convolutions read,
///    [SharedStorage] which slots lie in one another, [ArenaPacker] where what is left goes.
/// 4. [Binder] turns instructions into [Step]s over the [Views] of slots, families of kernels by
///    [WindowedKernels], [ElementwiseKernels], [RecurrentKernels] and [Rearrangements]; [RareWork]
///    says which steps run on plain loops, [StepInfos] tells listeners what they are and cost.
/// 5. [Bindings] keeps the last few, which share arenas and [dev.crease.runtime.kernel.Scratch];
///    [ProgramRunner] runs one, its kernels split by [Workers].
///
/// Vector code is slow until the virtual machine has compiled it. Until a [Rehearsal] in the
/// background has brought that about, a [WarmingKernel] runs the steps that are exact ([Exactness])
/// on plain loops; [Warmth] knows how far it is. [SteadyState] is reached on demand.
///
/// A program that decides by data ([dev.crease.runtime.plan.Instruction.Deciding]) is a [Flow]: all
/// of this is done for each of its sections, and between them [FlowRunner] moves whole tensors,
/// binds the symbols that data gives, and takes branches; [Turns] are those of a loop. What crosses
/// the border of a section is allocated anew in each run.
///
/// Only the public face uses this room. It knows plans, kernels and tensors; it does no arithmetic
/// and knows no operator beyond how its kernel is made and which operands it may overwrite.
package dev.crease.runtime.exec;
