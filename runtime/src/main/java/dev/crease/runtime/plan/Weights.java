package dev.crease.runtime.plan;

/// A constant: the slot it fills, and its elements in the slot's layout as an array of the element
/// type's [dev.crease.runtime.Storage].
///
/// The array comes from a supplier so that a plan can be written tensor by tensor without holding
/// all weights at once.
public record Weights(int slot, java.util.function.Supplier<Object> elements) {}
