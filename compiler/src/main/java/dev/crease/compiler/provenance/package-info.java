/// Where folds came from, so that an optimized model can be trained on.
///
/// ```
/// Provenance : report of the passes -> Folds     what was folded into which operator
/// Folds      <-> text                            one entry of a model's metadata
/// Unfolding  : model with Folds -> model         each operator with its normalization behind it
/// ```
///
/// The metadata `crease.folds` has one line per BatchNormalization, words separated by blanks and
/// encoded as in URLs:
///
/// ```
/// 1                                              the format
/// fold NAME WEIGHTS BIAS EPSILON MOMENTUM TYPE SCALE SHIFT MEAN VARIANCE
/// gone MESSAGE                                   went another way, and is not undone
/// ```
///
/// `WEIGHTS` and `BIAS` name the constants that the operator reads now (`BIAS` is empty if there is
/// none); the four vectors are Base64 of little-endian numbers, of 64 bits if `TYPE` is `f64` and
/// of 32 bits otherwise.
///
/// Nothing here knows how folds are found or computed: what is undone is `y = s (W x - mean) +
/// shift`, with the weights and the bias as they are now.
package dev.crease.compiler.provenance;
