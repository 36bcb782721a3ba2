package dev.crease.runtime.plan;

/// A named input or output of the program. `dimensions` are the names or numbers shown to users.
public record Port(String name, int slot, java.util.List<String> dimensions) {
  public Port {
    dimensions = java.util.List.copyOf(dimensions);
  }
}
