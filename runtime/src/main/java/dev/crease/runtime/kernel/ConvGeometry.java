package dev.crease.runtime.kernel;

/// Where a convolution finds its operands, relative to the first pixel of a patch. All steps are in
/// elements.
///
/// A *tap* is one pixel of the kernel window over one input block. Taps are numbered as the packed
/// weights hold them, so that tap `t` reads weights `t * L * L` and following.
///
/// @param taps for each tap the distance from an output pixel's first input pixel
/// @param wholeTaps taps `wholeTaps` and following read only `lastLanes` input lanes, the others
///   all `L`
/// @param lastLanes see `wholeTaps`
/// @param xPixelStep distance between the inputs of neighbouring output pixels of a row
/// @param xRowStep distance between the inputs of neighbouring output rows
/// @param yRowStep distance between output rows
/// @param yBlockStep distance between output blocks
/// @param weightBlockStep distance between the weights of neighbouring output blocks
public record ConvGeometry(
    int[] taps,
    int wholeTaps,
    int lastLanes,
    int xPixelStep,
    int xRowStep,
    int yRowStep,
    int yBlockStep,
    int weightBlockStep) {}
