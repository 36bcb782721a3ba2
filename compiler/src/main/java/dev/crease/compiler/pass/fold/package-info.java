/// Scales and shifts that go into linear operators.
///
/// ```
/// AffineNode     = a node that scales and shifts: BatchNormalization, arithmetic with constants
/// Affine         = slope, mean, bias: y = slope (x - mean) + bias, in double
/// LinearOperator = Conv | FusedConv | ConvTranspose | Gemm | MatMul, seen by channels
/// Upstream       : a(f(x, W, b)) -> f(x, W', b')     the linear operator is before
/// Downstream     : f(a(x), W, b) -> f(x, W', b')     the linear operator is behind
/// Commuting      : a(m(x)) = m(a'(x))                what stands in between
/// ```
///
/// The algebra is in double through whole chains; what is stored is rounded once, since folded
/// constants are formulas. Whatever does not fold is left with a reason.
///
/// Here is what is known of the algebra. The certificate of a fold is computed elsewhere, from
/// other formulas, and must share nothing with this package.
package dev.crease.compiler.pass.fold;
