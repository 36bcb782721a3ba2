package dev.crease.runtime.kernel;

/// Where a convolution finds its operands, relative to the first pixel of a patch, and between what
/// its results are clipped. All steps are in elements.
///
/// @param inputs for each product of a sum, in the order of the packed weights' rows, the distance
///   of its input from an output pixel's first input pixel
/// @param xPixelStep distance between the inputs of neighbouring output pixels of a row
/// @param xRowStep distance between the inputs of neighbouring output rows
/// @param yRowStep distance between output rows
/// @param yBlockStep distance between output blocks
/// @param weightBlockStep distance between the weights of neighbouring output blocks
/// @param clip what to do with a sum; NaN stays NaN
public record ConvGeometry(
    int[] inputs,
    int xPixelStep,
    int xRowStep,
    int yRowStep,
    int yBlockStep,
    int weightBlockStep,
    Clip clip) {}
