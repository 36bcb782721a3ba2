package dev.crease.compiler.op.signal;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// ONNX `STFT`: the Fourier transforms of frames of a signal (batch, samples, 1 or 2), each times a
/// window, in `(batch, frames, bins, 2)`. A frame has the length that is given, or the window's, or
/// the whole signal's; one-sided there are `floor(length / 2) + 1` bins, else `length`.
public record Stft(boolean onesided) implements Primitive {
  private static final int STEP = 1;
  private static final int WINDOW = 2;
  private static final int LENGTH = 3;

  public static final OpSchema SCHEMA =
      OpSchema.named("STFT")
          .since(17)
          .attribute("onesided", 1)
          .input("signal", "T1", TypeSets.FLOATS)
          .input("frame_step", "T2", TypeSets.INDEXES)
          .optionalInput("window", "T1", TypeSets.FLOATS)
          .optionalInput("frame_length", "T2", TypeSets.INDEXES)
          .output("output", "T1", TypeSets.FLOATS)
          .build(a -> new Stft(a.flag("onesided")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("onesided", onesided ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    requireSignal(x);
    Optional<Dim> length =
        operands.has(LENGTH)
            ? Scalar.of(operands, LENGTH)
            : Optional.of(operands.has(WINDOW) ? operands.type(WINDOW).dim(0) : x.dim(1));
    if (operands.has(WINDOW)) {
      requireWindow(operands.type(WINDOW), length);
    }
    Dim frames =
        Scalar.of(operands, STEP)
            .flatMap(step -> length.map(frame -> frames(x.dim(1), frame, step)))
            .orElseGet(operands::freshSymbol);
    Dim bins = length.map(this::bins).orElseGet(operands::freshSymbol);
    return List.of(x.withDims(dims(x, frames, bins)));
  }

  private Dim bins(Dim length) {
    return onesided ? length.floorDiv(Dim.of(2)).plus(1) : length;
  }

  private static List<Dim> dims(TensorType x, Dim frames, Dim bins) {
    return List.of(x.dim(0), frames, bins, Dim.of(2));
  }

  private void requireSignal(TensorType x) {
    boolean real = x.rank() == 2 || x.rank() == 3 && (x.dim(2).is(1) || !x.dim(2).isKnown());
    boolean complex = x.rank() == 3 && x.dim(2).is(2) && !onesided;
    if (!real && !complex) {
      throw new InvalidOperandException(
          "STFT%s needs a signal (batch, samples, %s), got %s"
              .formatted(onesided ? " with onesided" : "", onesided ? "1" : "1 or 2", x));
    }
  }

  private static void requireWindow(TensorType window, Optional<Dim> length) {
    boolean fits =
        window.rank() == 1
            && (!window.dim(0).isKnown()
                || length.filter(Dim::isKnown).map(window.dim(0)::equals).orElse(true));
    if (!fits) {
      throw new InvalidOperandException(
          "STFT needs a window of the length of a frame, %s, got %s"
              .formatted(length.<Object>map(dim -> dim).orElse("unknown"), window));
    }
  }

  private static Dim frames(Dim samples, Dim length, Dim step) {
    Dim last = samples.minus(length);
    boolean positive = !step.isKnown() || step.known().getAsLong() > 0;
    if (!positive || last.isKnown() && last.known().getAsLong() < 0) {
      throw new InvalidOperandException(
          "STFT has no frames of %s in steps of %s among %s samples"
              .formatted(length, step, samples));
    }
    return last.floorDiv(step).plus(1);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int step = (int) inputs.get(STEP).data()[0];
    int samples = x.dim(1);
    int length =
        inputs.has(LENGTH)
            ? (int) inputs.get(LENGTH).data()[0]
            : inputs.has(WINDOW) ? inputs.get(WINDOW).dim(0) : samples;
    int frames = (int) frames(Dim.of(samples), Dim.of(length), Dim.of(step)).known().getAsLong();
    int bins = onesided ? length / 2 + 1 : length;
    int parts = x.rank() == 3 ? x.dim(2) : 1;
    DoubleTensor y = DoubleTensor.zeros(x.type(), x.dim(0), frames, bins, 2);
    double[] re = new double[length];
    double[] im = new double[length];
    for (int frame = 0; frame < x.dim(0) * frames; frame++) {
      for (int n = 0; n < length; n++) {
        int at = (frame / frames * samples + frame % frames * step + n) * parts;
        double weight = inputs.has(WINDOW) ? inputs.get(WINDOW).data()[n] : 1;
        re[n] = weight * x.data()[at];
        im[n] = parts == 2 ? weight * x.data()[at + 1] : 0;
      }
      for (int k = 0; k < bins; k++) {
        System.arraycopy(FourierSum.of(re, im, k, false), 0, y.data(), (frame * bins + k) * 2, 2);
      }
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    Dim step = DataShape.element(node.input(STEP), to);
    Dim length =
        node.hasInput(LENGTH)
            ? DataShape.element(node.input(LENGTH), to)
            : node.hasInput(WINDOW) ? node.input(WINDOW).type().dim(0) : x.dim(1);
    List<Dim> dims = dims(x, frames(x.dim(1), length, step), bins(length));
    DataShape.equate(node.output().type(), dims, to);
    List<Value> operands = new ArrayList<>(List.of(node.input(0)));
    if (node.hasInput(WINDOW)) {
      operands.add(node.input(WINDOW));
    }
    Calling.lower(node, to, Routine.STFT, operands, List.of(step, length), List.of());
  }
}
