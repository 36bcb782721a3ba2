package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.TensorType;

/// What a node tells of an input of its body.
///
/// @param items what is known of the tensors, if it is a sequence or an optional
/// @param certain whether what the body declares has nothing to add
record BodyInput(TensorType type, Items items, boolean certain) {}
