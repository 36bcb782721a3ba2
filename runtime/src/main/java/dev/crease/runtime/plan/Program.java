package dev.crease.runtime.plan;

import java.util.List;
import java.util.Map;

/// A compiled plan as data.
///
/// @param lanes the channel block `L` for which BLOCKED slots and packed weights are laid out: 4, 8
///   or 16; a machine with fewer lanes repacks at open
/// @param symbols names of the dimensions that inputs bind, in the order of [Extent.Symbol]
/// @param metadata free text: model name, compiler version, options
public record Program(
    int lanes,
    List<String> symbols,
    List<Slot> slots,
    List<Weights> weights,
    Block main,
    List<Port> inputs,
    List<Port> outputs,
    Map<String, String> metadata) {
  public Program {
    symbols = List.copyOf(symbols);
    slots = List.copyOf(slots);
    weights = List.copyOf(weights);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    metadata = Map.copyOf(metadata);
  }

  /// The same program with other weights, or the same elsewhere.
  public Program withWeights(List<Weights> newWeights) {
    return new Program(lanes, symbols, slots, newWeights, main, inputs, outputs, metadata);
  }
}
