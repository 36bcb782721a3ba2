package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.ir.Model;
import java.util.List;

/// A model as read, and what of its file the graph no longer tells.
///
/// @param irVersion the version of the file format
/// @param opset the version of the default operator set; 0 if the model uses none
/// @param unlocked names of overridable initializers that [OnnxOptions#initializersAreConstant]
///   made constants
public record OnnxImport(Model model, int irVersion, int opset, List<String> unlocked) {
  public OnnxImport {
    unlocked = List.copyOf(unlocked);
  }
}
