/// The judge: what a graph means, in double, and what a change to it may differ by.
///
/// [Interpreter] runs a graph by the operators' reference evaluations. Package `replay` tells
/// whether a log of rewrites is complete, package `certificate` proves that each rewrite is right.
/// [LocalVerification] listens to a run of the interpreter and judges every rewrite, both sides on
/// the captured values and on hard ones, and every node that came out, run by whoever is given as
/// the [GraphRunner]; what they may differ by is a running error bound ([ErrorAnalysis]), never a
/// tolerance where a rule is known.
///
/// A [Budget] is what the user accepts beyond these bounds; [RoundingEstimate] tells what rounding
/// usually does to the outputs, and judges nothing.
///
/// Nothing here may use a pass, the plan, or the runtime's kernels, since these are what is judged.
package dev.crease.compiler.verify;
