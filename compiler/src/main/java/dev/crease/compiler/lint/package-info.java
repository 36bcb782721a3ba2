/// Findings on numbers: where a model is likely to go wrong, run slowly, or be larger than it need
/// be, though it is valid.
///
/// ```
/// LintRule = one rule in one class: id, and findings on a model
/// Lint     = the one table of rules
/// Finding  = rule, severity, where, what, why it matters, what to do
/// ```
///
/// A rule looks at the model as it was read: at operators and at the elements of constants. It must
/// not know passes or plans: what they would do is told by the report of the passes.
package dev.crease.compiler.lint;
