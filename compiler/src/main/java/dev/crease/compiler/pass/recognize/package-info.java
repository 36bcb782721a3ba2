/// Operators that a model spells out with smaller ones.
///
/// ```
/// Product                      = a product as its factors, however it is written
/// RecognizeHardSwish           : x clip(x + 3, 0, 6) / 6            -> HardSwish(x)
/// RecognizeGate                : x sigmoid(a x), x tanh(softplus x) -> Swish(x), Mish(x)
/// RecognizeGelu                : x (1 + erf(x / sqrt(2))) / 2       -> Gelu(x)
/// RecognizeRowNormalization    : (x - mean) / sqrt(variance + e)    -> LayerNormalization(x)
/// RecognizeChannelShuffle      : Reshape, Transpose, Reshape        -> Gather(x, axis = 1)
/// ```
///
/// One operator is one sweep over memory, or none in the epilogue of another; and it rounds less.
/// Constants are those of the formula as the element type stores them, so a model that means
/// something else is left as it is.
///
/// Here is what exporters write. What an operator means is known where operators are defined.
package dev.crease.compiler.pass.recognize;
