/// Scales and shifts that go into linear operators, and linear operators that go into one another.
///
/// ```
/// AffineNode     = a node that scales and shifts: BatchNormalization, arithmetic with constants
/// Affine         = slope, mean, bias: y = slope (x - mean) + bias, in double
/// LinearOperator = Conv | FusedConv | ConvTranspose | Gemm | MatMul, seen by channels
/// Upstream       : a(f(x, W, b)) -> f(x, W', b')     the linear operator is before
/// Downstream     : f(a(x), W, b) -> f(x, W', b')     the linear operator is behind
/// Commuting      : a(m(x)) = m(a'(x))                what stands in between
/// Picking        = what takes elements from constant places
/// ShiftedConstant = a constant that is scaled and shifted itself
/// AddedAcross    : a(x) + v = a(x + v')              a constant along another axis
/// Piece          = what an operand reads of a value that others read too
/// Parts          = all that is read of a value, part by part
/// Immovable      = why nothing moves through a node
/// Limits         = what a Relu or Clip clips to
/// Filled         : a(Pad(x; c)) = Pad(a(x); a(c))    constants around, one for each channel
/// Branch         = what is computed from x and added: a convolution, a scale and shift
/// TapGrid        = where the taps of a convolution read
/// Composition    : g(f(x, V), W) -> f(x, W V)        two linear operators in a row
/// Margins        = what a Pad adds for the window that reads it
/// ```
///
/// The algebra is in double through whole chains; what is stored is rounded once, since folded
/// constants are formulas. Whatever does not fold is left with a reason.
///
/// Here is what is known of the algebra. The certificate of a fold is computed elsewhere, from
/// other formulas, and must share nothing with this package.
package dev.crease.compiler.pass.fold;
