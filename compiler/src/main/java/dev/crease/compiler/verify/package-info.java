/// The judge: what a graph means, in double, and what a change to it may differ by.
///
/// [Interpreter] runs a graph by the operators' reference evaluations. Nothing here may use a pass,
/// the plan, or the runtime's kernels, since these are what is judged.
package dev.crease.compiler.verify;
