package dev.crease.compiler.op;

import static dev.crease.compiler.op.NnSamples.window;
import static dev.crease.compiler.op.Sample.floats;

import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.WindowAttributes;
import java.util.ArrayList;
import java.util.List;

/// Transposed convolutions.
final class ConvTransposeSamples {
  static final List<Sample> ALL = all();

  private ConvTransposeSamples() {}

  private static ConvTranspose transposed(WindowAttributes window, long group) {
    return new ConvTranspose(window, group, List.of(), List.of());
  }

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    Operand x = floats(2, 4, 5, 6);
    Operand w = floats(4, 3, 3, 3).known();
    Operand b = floats(3).known();
    List<Long> none = List.of();
    samples.add(Sample.of("plain", transposed(WindowAttributes.NONE, 1), x, w));
    samples.add(
        Sample.of(
            "padded with bias",
            transposed(window(none, none, none, List.of(1L, 0L, 2L, 1L)), 1),
            x,
            w,
            b));
    WindowAttributes twice = window(none, List.of(2L, 2L), none, List.of(1L, 1L, 1L, 1L));
    samples.add(Sample.of("strided", transposed(twice, 1), x, w, b));
    samples.add(
        Sample.of("output padding", new ConvTranspose(twice, 1, List.of(1L, 0L), none), x, w, b));
    samples.add(
        Sample.of(
            "output shape",
            new ConvTranspose(window(none, List.of(2L, 3L), none, none), 1, none, List.of(9L, 20L)),
            floats(2, 4, 5, 6),
            w));
    samples.add(
        Sample.of(
            "dilated", transposed(window(none, List.of(2L, 3L), List.of(3L, 2L), none), 1), x, w));
    samples.add(
        Sample.of(
            "dilation and stride share a factor",
            transposed(window(none, List.of(4L, 2L), List.of(2L, 2L), none), 1),
            x,
            w));
    samples.add(
        Sample.of(
            "stride beyond the kernel",
            transposed(window(none, List.of(5L, 4L), none, none), 1),
            x,
            w,
            b));
    samples.add(
        Sample.of(
            "pixels to squares",
            transposed(window(none, List.of(2L, 2L), none, none), 1),
            x,
            floats(4, 5, 2, 2).known(),
            floats(5).known()));
    samples.add(Sample.of("grouped", transposed(twice, 2), x, w, floats(6).known()));
    samples.add(
        Sample.of(
            "depthwise", transposed(twice, 4), x, floats(4, 1, 3, 3).known(), floats(4).known()));
    samples.add(
        Sample.of("two maps a channel", transposed(twice, 4), x, floats(4, 2, 3, 3).known()));
    samples.add(
        Sample.of(
            "many channels",
            transposed(twice, 1),
            floats(1, 20, 3, 4),
            floats(20, 18, 3, 3).known(),
            floats(18).known()));
    for (AutoPad autoPad : AutoPad.values()) {
      samples.add(
          Sample.of(
              "auto_pad " + autoPad,
              transposed(window(autoPad, none, List.of(2L, 3L)), 1),
              x,
              floats(4, 3, 5, 4).known()));
    }
    samples.add(
        Sample.of(
            "one dimension",
            transposed(window(none, List.of(3L), none, List.of(2L, 1L)), 1),
            floats(2, 4, 7),
            floats(4, 3, 4).known(),
            b));
    samples.add(
        Sample.of(
            "three dimensions",
            transposed(window(none, List.of(2L, 1L, 2L), none, none), 2),
            floats(1, 4, 2, 3, 3),
            floats(4, 2, 2, 3, 2).known()));
    WindowAttributes sized = window(List.of(3L, 3L), List.of(2L, 2L), none, none);
    samples.add(Sample.of("weights given", transposed(sized, 1), x, floats(4, 3, 3, 3)));
    samples.add(
        Sample.of("grouped weights given", transposed(sized, 2), x, floats(4, 2, 3, 3), floats(4)));
    samples.add(Sample.of("depthwise given", transposed(sized, 4), x, floats(4, 1, 3, 3)));
    return samples;
  }
}
