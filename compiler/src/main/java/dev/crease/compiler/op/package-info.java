/// The operators: what each one means, one file each, by family.
///
/// An operator's file holds its [dev.crease.compiler.ir.OpSchema], its attributes as record
/// components, its type inference, and its reference evaluation in double. What only some operators
/// know is a facet beside it: [Primitive] (how it becomes instructions), [Composite] (what it
/// expands to), [Defined] (a text in the Crease language that it expands to),
/// [dev.crease.compiler.ir.ShapeArithmetic] (what it does to symbolic shapes),
/// [dev.crease.compiler.ir.ControlFlow] (which subgraphs it runs). [Operators] is the one list;
/// being listed enrols an operator in every check.
///
/// An operator knows the graph and the plan's instructions. It must not know a file format, a pass,
/// or another operator's evaluation, unless it is defined as a fusion of that operator.
package dev.crease.compiler.op;
