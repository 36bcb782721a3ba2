/// Generated cases of folding: the patterns in which a normalization, or what is written like one,
/// goes into weights, each in many variants, and what must be left alone.
///
/// ```
/// FoldingCases.all() = Pattern x variants, which Pairwise picks; what is expected of each: Expected
/// FoldingRun         = a case compiled and verified
/// FoldingDocument    = the part of docs/folding.md that is made from all runs
/// ```
package dev.crease.compiler.folding;
