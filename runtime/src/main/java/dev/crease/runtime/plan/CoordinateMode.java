package dev.crease.runtime.plan;

/// Where element `i` of a resized axis stands on the axis it comes from, of `n` elements, resized
/// by `scale` to `m = n scale`. As ONNX's `coordinate_transformation_mode`.
public enum CoordinateMode {
  /// `(i + 1/2) / scale - 1/2`.
  HALF_PIXEL,
  /// As [#HALF_PIXEL], moved such that both centres meet although the resized axis has only a whole
  /// number of elements.
  HALF_PIXEL_SYMMETRIC,
  /// As [#HALF_PIXEL], but `-1/2` if `m` is 1.
  PYTORCH_HALF_PIXEL,
  /// `i (n - 1) / (m - 1)`, or 0 if `m` is 1.
  ALIGN_CORNERS,
  /// `i / scale`.
  ASYMMETRIC,
  /// As [#ALIGN_CORNERS] within a region of interest; what lies beyond the axis is not there.
  TF_CROP_AND_RESIZE,
  /// `(i + 1/2) / scale`, or `i` if `scale` is 1, so that an axis that is not resized stays as it
  /// is. Only operator sets 11 and 12 have it, but files of newer ones too.
  TF_HALF_PIXEL_FOR_NN
}
