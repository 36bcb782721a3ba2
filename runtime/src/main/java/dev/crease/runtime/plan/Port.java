package dev.crease.runtime.plan;

import java.util.List;

/// A named input or output of the program, PLAIN or no tensor. `dimensions` are the names or
/// numbers shown to users.
///
/// An input whose slot has [Weights] is optional: they are its value when the caller gives none.
public record Port(String name, int slot, List<String> dimensions) {
  public Port {
    dimensions = List.copyOf(dimensions);
  }
}
