package dev.crease.runtime.plan;

/// How a tensor is resized, by the same rule along every axis; as ONNX's Resize.
///
/// @param nearest counts for `NEAREST` only
/// @param cubicCoefficient `a` of cubic convolution; counts for `CUBIC` only
/// @param antialias whether the interpolating function is stretched where an axis shrinks, so that
///   every element counts
/// @param excludeOutside whether elements beyond the ends weigh nothing, instead of being the
///   nearest ones
/// @param extrapolation the element for places beyond the ends, for `TF_CROP_AND_RESIZE` only
public record Resampling(
    ResizeMode mode,
    CoordinateMode coordinates,
    NearestMode nearest,
    float cubicCoefficient,
    boolean antialias,
    boolean excludeOutside,
    float extrapolation) {}
