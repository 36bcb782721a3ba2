/// A proof or a refutation for each rewrite: that its two graphs are one function.
///
/// ```
/// Certificate : Replacement -> Finding
/// Finding     = Proved(kind, deviation, coefficients) | Refuted(where, expected, got)
///             | NotCovered(reason)
/// Form        = Affine | Whole(integer constant)
/// Affine      = bias + sum of Term
/// Term        = weights, Geometry, Atom                a linear map of an atom
/// Geometry    = diagonal | convolution | transposed convolution | matrix product
///             | Geometry then a step that keeps its outputs apart
/// Atom        = input of the region | function of Form*
/// ```
///
/// **What passes.** Coefficients are brought to the front, so that each function is applied to
/// atoms where that can be:
///
/// ```
/// Movement : f(w x + t) = w' f(x) + t'       transposing, reshaping, picking, repeating, pixels of
///                                            channels; means, interpolation; for a sum of n
///                                            numbers, t' is n t
/// Joining  : concat(s x + t, u z + v) = [s, u] concat(x, z) + [t, v]
/// Clamping : clamp(s x + t; l, u) = s clamp(x; (l - t) / s, (u - t) / s) + t;  clamp(x; l, l) = l
/// Ordered  : max(s x + t) = s max(x) + t     s >= 0; relu(s x) = s relu(x)
/// Stencil  : convolutions of one atom, tap by tap; scaling an atom is its tap at 0
/// Composition : B (A x) = (B A) x            B reads one place at a time
/// Margins  : Pad(x; c) = Pad(x - c; 0) + c;  f(Pad(x; z)) = f'(x)    z is what f pads with
/// ```
///
/// A branch that every run takes is evaluated among the forms around it.
///
/// Both graphs are evaluated to forms over their shared inputs, with enclosures of real numbers for
/// coefficients ([Coefficients]), and the forms are compared coefficient by coefficient. Nothing is
/// sampled: what is proved holds for all inputs and all shapes. It holds over the real numbers;
/// what becomes of infinities and of what is not a number, and how a kernel rounds, is not claimed.
///
/// **What is shared with passes** is the data model: graphs, operators with their attributes, types
/// and the elements that a graph knows of shapes, constants and how they are stored. Where an
/// operator's elements come from and go to, and what is computed of constants, is read here from
/// the specification again ([Positions]).
///
/// **Rounding.** A constant that both graphs share is exact. One that is new in `after` stands for
/// the real number `r` that `before` encloses, and is right if it is within
///
/// ```
/// 1/2 + 2^-21 ulp + e m           where the constant is stored
/// 2^-25 ulp + e m                 where it is derived, thus not yet rounded
/// ```
///
/// of `r`, with units in the last place of its stored type, times whatever factor the graph applies
/// to it. A bias that is left out because it came out as 0 is within `e m`. `m` is the sum of the
/// magnitudes of the terms that make `r`, on the side where it is larger, `e = (32 + n) 2^-53` if
/// these are `n`: a rewrite computes in double, where each of at most 32 operations, and each
/// addition of a long sum, errs by `2^-53` of what it adds up. For a weight, `m` is its own
/// magnitude and `n` is 1 or 2: in float32, `e m` is about `2^-24 ulp`.
///
/// A chain of folds goes through derived constants, each of which is exact to the next certificate:
/// ten of them, of at most `2^-25 + 2^-24 ulp` each, add less than `2^-20 ulp`, so what is stored
/// in the end is within `1/2 + 2^-20 ulp` of the real value of the original graph. That a derived
/// constant is stored rounded to nearest is checked for each element.
///
/// The enclosures are two doubles, rounded outwards. A coefficient that is neither within its slack
/// of all numbers in an enclosure nor beyond it of all is evaluated again, it alone, between two
/// decimal numbers of 40 digits ([Reals]); there, squaring tells on which side of a root a decimal
/// is. How wide an enclosure is therefore decides nothing: what is within the slack is proved, what
/// is beyond it refuted. Only where no constant is new, so that nothing is rounded, doubles that do
/// not overlap refute, and those that do stand for one number within `e m`: two ways to compute one
/// number need not give one decimal, so there decimals do not tell an `e m` from nothing.
///
/// **float64.** Folds compute in double, and what they compute is stored as it is. A weight times
/// `gamma / sqrt(variance + epsilon)` comes from a sum under a root (half a rounding), a root, a
/// quotient and a product: it is within 3.5 roundings of the real value, each of `2^-53` of the
/// weight, thus within 3.5 ulp, not within half of one. What is refuted is what the formula above
/// does not allow, which for such a weight is `1/2 + 2^-21 ulp` and 34 roundings, less than 35 ulp.
/// What is proved is the deviation that the finding tells: unless a long sum is in it, decimals
/// measure it wherever doubles leave more than half an ulp, so it is what rounding did to the
/// weight and nothing of how wide the enclosures are.
///
/// **Padding.** A convolution that pads with 0 keeps no constant. Of `s x + t` it makes its weights
/// times `s`, applied to the atom `x + t / s` and padded with 0. A convolution that reads `p` from
/// its padding is its weights applied to `x - p`, padded with 0, plus all its weights times `p`: so
/// both have one form exactly if the value at the padding is right.
///
/// Where `s = 0` there is no `t / s`: the channel is `t` in the picture and 0 in the padding, which
/// is `t` times an atom that is 1 in the picture. Its map has the weights times `t`, tap by tap; a
/// tap that never reads padding gives a constant instead. That such a tap is known relies on the
/// window alone: it has no less before it than there is padding before the picture, and no less
/// behind it. A clamp whose bounds are one number is that number and nothing else, also where the
/// bounds were rounded: both stand for numbers within the slack of the one that is stored.
///
/// **Margins.** Each element of a Pad comes from its operand or is the constant, along whatever
/// axes it adds or crops; so taking the constant off and adding it again leaves a Pad of zeros,
/// which is linear. Each channel has its own constant where channels are neither added nor cropped.
///
/// A window reads the constants that a Pad put around a picture as it reads its own padding, if
/// these are the same, `ceil_mode` lets no window begin in them, and the operator counts both or
/// none: so a convolution and a mean that counts its padding take in zeros, a maximum takes in
/// minus infinity.
///
/// **Joining.** Where lengths along the axis are unknown, each operand is put among zeros at an
/// offset that is an expression of them, and so is a 1 for what is added to it: that to the last
/// operand everywhere, and to others the difference to it. So an addend of theirs is compared
/// through two constants, and may be off by the roundings of both.
///
/// **Pixels of channels.** Channels of which a DepthToSpace makes one are at different places of
/// it, so a scale or shift passes if it is one number for all of these. Weights keep apart what
/// they make of each: their outputs are the quotients or remainders of what they were, which later
/// factors look up. Channels that a SpaceToDepth or Tile makes of one have its weights each, so
/// that each may be scaled for itself.
///
/// **Composition.** It relies on the second map having no padding: what it reads is the first one's
/// result everywhere. A constant between both is then a constant behind both. The product of the
/// weights is summed in enclosures; beyond `2^26` products nothing is claimed.
///
/// **Refutation.** Different coefficients of inputs refute. Of functions only those do that tell
/// their arguments apart ([Distinction]): a map of an input that one side has and the other does
/// not read, bounds of a clamp that a weight reads, and what is added before padding, if a weight
/// that is not 0 reads that padding.
package dev.crease.compiler.verify.certificate;
