package dev.crease.runtime.kernel;

/// Distances in elements between the input pixels that a pooling window reads.
///
/// @param pixelStep between the first taps of neighbouring output pixels of a row
/// @param planeStep between neighbouring taps along depth
/// @param rowStep likewise along height
/// @param columnStep likewise along width
public record PoolGeometry(int pixelStep, int planeStep, int rowStep, int columnStep) {}
