package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// `pads = same`: `dilation * (kernel - 1)` zeros in every spatial direction, the greater half
/// behind, so that stride 1 keeps the size and stride `s` gives `ceil(size / s)` for odd kernels.
/// Unlike ONNX's SAME_UPPER it does not depend on the input's size.
final class SamePadding {
  private SamePadding() {}

  /// The attribute `pads`: all begins, then all ends.
  ///
  /// @throws Fault if the kernel's size is not known
  static List<Long> pads(Attributes attributes, List<Value> operands, Position position) {
    List<Long> kernel = kernel(attributes, operands, position);
    List<Long> dilations =
        attributes.get("dilations").orElse(new Attribute.Ints(List.of()))
                instanceof Attribute.Ints(var values)
            ? values
            : List.of();
    List<Long> begins = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    for (int i = 0; i < kernel.size(); i++) {
      long dilation = i < dilations.size() ? dilations.get(i) : 1;
      long total = Math.multiplyExact(dilation, kernel.get(i) - 1);
      begins.add(total / 2);
      ends.add(total - total / 2);
    }
    begins.addAll(ends);
    return begins;
  }

  private static List<Long> kernel(Attributes attributes, List<Value> operands, Position position) {
    if (attributes.get("kernel_shape").orElse(null) instanceof Attribute.Ints(var given)) {
      return given;
    }
    List<Long> kernel = new ArrayList<>();
    if (operands.size() > 1 && operands.get(1).type().rank() > 2) {
      List<Dim> dims = operands.get(1).type().dims();
      for (Dim dim : dims.subList(2, dims.size())) {
        OptionalLong known = dim.known();
        if (known.isEmpty()) {
          throw position.fault("`same` needs a kernel of known size, this is " + dim);
        }
        kernel.add(known.getAsLong());
      }
      return kernel;
    }
    throw position.fault("`same` needs weights [outputs, inputs, kernel...] or kernel_shape");
  }
}
