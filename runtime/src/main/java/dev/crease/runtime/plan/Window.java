package dev.crease.runtime.plan;

import java.util.List;

/// A sliding window over one to three spatial dimensions, one entry per dimension.
///
/// `padsBegin` and `padsEnd` are expressions because automatic padding depends on the picture's
/// size; an output dimension is the output slot's.
public record Window(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> dilations,
    List<Extent> padsBegin,
    List<Extent> padsEnd) {
  public Window {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    dilations = List.copyOf(dilations);
    padsBegin = List.copyOf(padsBegin);
    padsEnd = List.copyOf(padsEnd);
  }

  public int rank() {
    return kernel.size();
  }
}
