package dev.crease.runtime.plan;

import dev.crease.runtime.plan.Instruction.Binary;
import dev.crease.runtime.plan.Instruction.Border;
import dev.crease.runtime.plan.Instruction.Branch;
import dev.crease.runtime.plan.Instruction.Call;
import dev.crease.runtime.plan.Instruction.Cast;
import dev.crease.runtime.plan.Instruction.Channelwise;
import dev.crease.runtime.plan.Instruction.Compare;
import dev.crease.runtime.plan.Instruction.Concat;
import dev.crease.runtime.plan.Instruction.Conv;
import dev.crease.runtime.plan.Instruction.DepthwiseConv;
import dev.crease.runtime.plan.Instruction.Expand;
import dev.crease.runtime.plan.Instruction.Extents;
import dev.crease.runtime.plan.Instruction.Fill;
import dev.crease.runtime.plan.Instruction.Gather;
import dev.crease.runtime.plan.Instruction.Gemm;
import dev.crease.runtime.plan.Instruction.GlobalPool;
import dev.crease.runtime.plan.Instruction.If;
import dev.crease.runtime.plan.Instruction.Interleave;
import dev.crease.runtime.plan.Instruction.Loop;
import dev.crease.runtime.plan.Instruction.Lrn;
import dev.crease.runtime.plan.Instruction.Measure;
import dev.crease.runtime.plan.Instruction.Pack;
import dev.crease.runtime.plan.Instruction.Pad;
import dev.crease.runtime.plan.Instruction.Pool;
import dev.crease.runtime.plan.Instruction.Produce;
import dev.crease.runtime.plan.Instruction.Range;
import dev.crease.runtime.plan.Instruction.Recurrent;
import dev.crease.runtime.plan.Instruction.Reduce;
import dev.crease.runtime.plan.Instruction.Reorder;
import dev.crease.runtime.plan.Instruction.Reshape;
import dev.crease.runtime.plan.Instruction.Resize;
import dev.crease.runtime.plan.Instruction.ScatterNd;
import dev.crease.runtime.plan.Instruction.Select;
import dev.crease.runtime.plan.Instruction.SelectChannels;
import dev.crease.runtime.plan.Instruction.Slice;
import dev.crease.runtime.plan.Instruction.Softmax;
import dev.crease.runtime.plan.Instruction.Transpose;
import dev.crease.runtime.plan.Instruction.Unary;
import java.util.List;

/// Encodes instructions: a code, then the record's components in their order. The twin of
/// [InstructionReader].
final class InstructionWriter {
  private final StructureWriter out;
  private int depth;

  InstructionWriter(StructureWriter out) {
    this.out = out;
  }

  void block(Block block) {
    if (++depth > Block.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "blocks are nested more than " + Block.MAX_DEPTH + " deep");
    }
    out.list(block.instructions(), this::instruction);
    depth--;
  }

  private void instruction(Instruction instruction) {
    switch (instruction) {
      case Conv i -> {
        code(i.winograd().isPresent() ? 40 : 1, i.x(), i.weights(), i.bias(), i.residual(), i.y());
        window(i.window());
        i.winograd()
            .ifPresentOrElse(form -> out.u8(PlanFormat.code(form)), () -> out.i32(i.group()));
        postOps(i.postOps());
      }
      case DepthwiseConv i -> {
        code(2, i.x(), i.weights(), i.bias(), i.residual(), i.y());
        window(i.window());
        postOps(i.postOps());
      }
      case Gemm i -> {
        code(3, i.a(), i.b(), i.bias(), i.y());
        activation(i.activation());
      }
      case Pack i -> {
        code(4, i.x(), i.y());
        out.i32(i.group());
      }
      case Pool i -> {
        code(5);
        out.u8(PlanFormat.code(i.kind()));
        slots(i.x(), i.y());
        window(i.window());
        postOps(i.postOps());
      }
      case GlobalPool i -> {
        code(6);
        out.u8(PlanFormat.code(i.kind()));
        slots(i.x(), i.y());
      }
      case Unary i -> {
        code(7, i.x(), i.y());
        activation(i.activation());
      }
      case Binary i -> {
        code(8);
        out.u8(PlanFormat.code(i.function()));
        slots(i.a(), i.b(), i.y());
        postOps(i.postOps());
      }
      case Cast i -> code(9, i.x(), i.y());
      case Softmax i -> {
        code(10, i.x(), i.y());
        out.i32(i.axis());
        out.u8(i.logarithm() ? 1 : 0);
      }
      case Reorder i -> code(11, i.x(), i.y());
      case Reshape i -> code(12, i.x(), i.y());
      case Transpose i -> {
        code(13, i.x(), i.y());
        out.list(i.permutation(), out::i32);
      }
      case Slice i -> {
        code(14, i.x(), i.y());
        out.list(i.starts(), out::extent);
        out.list(i.steps(), out::extent);
      }
      case Concat i -> {
        code(15);
        out.list(i.x(), out::i32);
        out.i32(i.y());
        out.i32(i.axis());
      }
      case Expand i -> code(16, i.x(), i.y());
      case Gather i -> {
        code(17, i.x(), i.indices(), i.y());
        out.i32(i.axis());
      }
      case Fill i -> code(18, i.value(), i.y());
      case Extents i -> {
        code(19);
        out.list(i.values(), out::extent);
        out.i32(i.y());
      }
      case If i -> branch(i);
      case Lrn i -> {
        code(21, i.x(), i.y());
        out.i32(i.size());
        out.f32(i.alpha());
        out.f32(i.beta());
        out.f32(i.bias());
      }
      case Compare i -> {
        code(22);
        out.u8(PlanFormat.code(i.function()));
        slots(i.a(), i.b(), i.y());
      }
      case Select i -> code(23, i.condition(), i.a(), i.b(), i.y());
      case Pad i -> {
        code(24);
        out.u8(PlanFormat.code(i.mode()));
        slots(i.x(), i.value(), i.y());
        out.list(i.begins(), out::extent);
      }
      case Range i -> code(25, i.start(), i.delta(), i.y());
      case Interleave i -> {
        code(26);
        out.list(i.x(), out::i32);
        slots(i.fill(), i.y());
        out.list(i.strides(), out::i32);
      }
      case SelectChannels i -> {
        code(41, i.x(), i.y());
        out.list(i.channels(), out::i32);
      }
      case Reduce i -> {
        code(27);
        out.u8(PlanFormat.code(i.function()));
        slots(i.x(), i.y());
      }
      case Resize i -> {
        code(29, i.x(), i.y());
        resampling(i.how());
        out.list(i.scales(), out::extent);
        out.list(i.roi(), out::extent);
      }
      case Recurrent i -> {
        code(30);
        out.u8(PlanFormat.code(i.cell()));
        slots(i.x(), i.weights(), i.candidate(), i.candidateBias(), i.peepholes());
        slots(i.h(), i.c(), i.lengths(), i.y(), i.lastH(), i.lastC());
        out.u8(i.reverse() ? 1 : 0);
        out.u8(i.variant() ? 1 : 0);
        out.f32(i.clip());
        out.list(i.activations(), this::activation);
      }
      case ScatterNd i -> {
        code(31);
        out.u8(PlanFormat.code(i.function()));
        slots(i.x(), i.indices(), i.updates(), i.y());
      }
      case Call i -> {
        code(35);
        out.string(i.routine().name());
        out.list(i.x(), out::i32);
        out.list(i.y(), out::i32);
        out.list(i.integers(), out::extent);
        out.list(i.numbers(), number -> out.i64(Double.doubleToRawLongBits(number)));
      }
      case Border i -> code(33, i.x(), i.values(), i.y());
      case Measure i -> {
        code(36, i.x());
        out.list(i.symbols(), out::i32);
      }
      case Produce i -> {
        code(37);
        out.string(i.production().name());
        out.list(i.x(), out::i32);
        out.list(i.y(), out::i32);
        out.list(i.integers(), out::extent);
        out.list(i.numbers(), number -> out.i64(Double.doubleToRawLongBits(number)));
        out.list(i.binds(), out::i32);
      }
      case Branch i -> {
        code(38, i.condition());
        block(i.then());
        out.list(i.thenResults(), out::i32);
        block(i.otherwise());
        out.list(i.otherwiseResults(), out::i32);
        out.list(i.y(), out::i32);
        out.list(i.binds(), out::i32);
      }
      case Loop i -> loop(i);
      case Channelwise i -> {
        code(34, i.x(), i.y());
        postOps(i.postOps());
      }
    }
  }

  private void resampling(Resampling how) {
    out.u8(PlanFormat.code(how.mode()));
    out.u8(PlanFormat.code(how.coordinates()));
    out.u8(PlanFormat.code(how.nearest()));
    out.f32(how.cubicCoefficient());
    out.u8(how.antialias() ? 1 : 0);
    out.u8(how.excludeOutside() ? 1 : 0);
    out.f32(how.extrapolation());
  }

  private void loop(Loop loop) {
    code(39, loop.trips(), loop.condition(), loop.turn(), loop.going(), loop.again());
    out.list(loop.carried(), each -> slots(each.initial(), each.inside(), each.next(), each.y()));
    out.list(
        loop.scanned(),
        each -> {
          slots(each.x(), each.inside(), each.axis());
          out.u8(each.reverse() ? 1 : 0);
        });
    out.list(
        loop.stacked(),
        each -> {
          slots(each.row(), each.y(), each.axis());
          out.u8(each.reverse() ? 1 : 0);
        });
    block(loop.body());
    out.list(loop.binds(), out::i32);
    out.list(loop.insideBinds(), out::i32);
  }

  private void branch(If branch) {
    code(20, branch.condition());
    block(branch.then());
    out.list(branch.thenResults(), out::i32);
    block(branch.otherwise());
    out.list(branch.otherwiseResults(), out::i32);
    out.list(branch.y(), out::i32);
  }

  private void code(int code, int... slots) {
    out.u8(code);
    slots(slots);
  }

  private void slots(int... slots) {
    for (int slot : slots) {
      out.i32(slot);
    }
  }

  private void activation(Activation activation) {
    out.u8(PlanFormat.code(activation.function()));
    out.f32(activation.alpha());
    out.f32(activation.beta());
  }

  private void postOps(List<PostOp> postOps) {
    out.list(postOps, this::postOp);
  }

  private void postOp(PostOp postOp) {
    switch (postOp) {
      case Activation activation -> {
        out.u8(1);
        activation(activation);
      }
      case PostOp.Normalize(int mean, int slope, int bias) -> code(2, mean, slope, bias);
      case PostOp.Clamp(int lower, int upper) -> code(3, lower, upper);
    }
  }

  private void window(Window window) {
    out.list(window.kernel(), out::i32);
    out.list(window.strides(), out::i32);
    out.list(window.dilations(), out::i32);
    out.list(window.padsBegin(), out::extent);
    out.list(window.padsEnd(), out::extent);
  }
}
