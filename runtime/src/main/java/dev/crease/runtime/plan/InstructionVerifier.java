package dev.crease.runtime.plan;

import static dev.crease.runtime.plan.Layout.BLOCKED;
import static dev.crease.runtime.plan.Layout.CONV_WEIGHTS;
import static dev.crease.runtime.plan.Layout.DEPTHWISE_WEIGHTS;
import static dev.crease.runtime.plan.Layout.GEMM_WEIGHTS;
import static dev.crease.runtime.plan.Layout.PLAIN;
import static dev.crease.runtime.plan.Layout.PLANES;

import dev.crease.runtime.ElementType;
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
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/// Checks each instruction against its contract: layouts, element types, ranks, axes. Slot indexes
/// are known to be in range here.
final class InstructionVerifier extends SlotChecks {
  /// @param bound the symbols that inputs bind
  InstructionVerifier(Program program, BitSet bound) {
    super(program, bound);
  }

  void verify(String where, Instruction instruction) {
    this.where = where;
    switch (instruction) {
      case Conv i -> {
        convolution(i.x(), i.bias(), i.residual(), i.y(), i.window());
        if (i.winograd().isPresent()) {
          layout(BLOCKED, i.x());
          winograd(i);
        } else {
          check(
              List.of(BLOCKED, PLANES).contains(slot(i.x()).layout()),
              "x should be BLOCKED or PLANES");
          weights(i.weights(), CONV_WEIGHTS, i.window());
        }
        check(i.group() >= 1, "group should be at least 1, not " + i.group());
        postOps(i.postOps());
      }
      case DepthwiseConv i -> {
        layout(BLOCKED, i.x());
        convolution(i.x(), i.bias(), i.residual(), i.y(), i.window());
        weights(i.weights(), DEPTHWISE_WEIGHTS, i.window());
        postOps(i.postOps());
      }
      case Gemm i -> gemm(i);
      case Pack i -> {
        layout(PLAIN, i.x());
        check(
            List.of(CONV_WEIGHTS, DEPTHWISE_WEIGHTS, GEMM_WEIGHTS).contains(slot(i.y()).layout()),
            "y should be weights");
        sameTypeAndRank(i.x(), i.y());
        check(i.group() >= 1, "group should be at least 1, not " + i.group());
      }
      case Pool i -> {
        layout(BLOCKED, i.x(), i.y());
        window(i.window(), i.x(), i.y());
        postOps(i.postOps());
      }
      case GlobalPool i -> {
        layout(BLOCKED, i.x(), i.y());
        sameTypeAndRank(i.x(), i.y());
      }
      case Lrn i -> {
        layout(BLOCKED, i.x(), i.y());
        sameTypeAndRank(i.x(), i.y());
        check(i.size() >= 1, "size should be at least 1, not " + i.size());
      }
      case Channelwise i -> {
        layout(BLOCKED, i.x(), i.y());
        sameTypeAndRank(i.x(), i.y());
        check(!i.postOps().isEmpty(), "there should be something to do");
        postOps(i.postOps());
      }
      case Border i -> {
        layout(BLOCKED, i.x(), i.values(), i.y());
        sameTypeAndRank(i.x(), i.y());
        check(rank(i.values()) == 2, "values should be of rank 2, (1, C)");
      }
      case Unary i -> {
        sameLayout(i.x(), i.y());
        sameTypeAndRank(i.x(), i.y());
      }
      case Binary i -> {
        sameLayout(i.a(), i.b(), i.y());
        sameType(i.a(), i.b(), i.y());
        check(
            !i.function().isOfIntegersOnly() || slot(i.y()).type().isInteger(),
            i.function() + " should be of integers");
        check(
            slot(i.y()).layout() == BLOCKED
                || i.postOps().isEmpty()
                || i.postOps().size() == 1 && i.postOps().getFirst() instanceof Activation,
            "in PLAIN layout there should be at most an activation");
        postOps(i.postOps());
      }
      case Compare i -> {
        layout(PLAIN, i.a(), i.b(), i.y());
        sameType(i.a(), i.b());
        bool(i.y());
        check(
            slot(i.a()).type() != ElementType.STRING || i.function() == ComparisonFunction.EQUAL,
            "strings can only be equal");
      }
      case Select i -> {
        layout(PLAIN, i.condition(), i.a(), i.b(), i.y());
        sameType(i.a(), i.b(), i.y());
        bool(i.condition());
      }
      case Cast i -> {
        sameLayout(i.x(), i.y());
        check(rank(i.x()) == rank(i.y()), "x and y should have one rank");
        boolean text =
            slot(i.x()).type() == ElementType.STRING || slot(i.y()).type() == ElementType.STRING;
        check(!text || !isBool(i.x()) && !isBool(i.y()), "x or y should be numbers if one is text");
      }
      case Softmax i -> {
        layout(PLAIN, i.x(), i.y());
        sameTypeAndRank(i.x(), i.y());
        axis(i.axis(), i.y());
        check(slot(i.x()).type().isFloating(), "x should be floating-point");
      }
      case Reorder i -> {
        check(
            List.of(PLAIN, BLOCKED).containsAll(List.of(slot(i.x()).layout(), slot(i.y()).layout()))
                || slot(i.x()).layout() == PLAIN && slot(i.y()).layout() == PLANES,
            "x and y should be PLAIN or BLOCKED, or x PLAIN and y PLANES");
        sameTypeAndRank(i.x(), i.y());
      }
      case Reshape i -> {
        layout(PLAIN, i.x(), i.y());
        sameType(i.x(), i.y());
      }
      case Transpose i -> {
        layout(PLAIN, i.x(), i.y());
        sameTypeAndRank(i.x(), i.y());
        check(
            i.permutation().stream()
                .sorted()
                .toList()
                .equals(IntStream.range(0, rank(i.x())).boxed().toList()),
            i.permutation() + " should be a permutation of " + rank(i.x()) + " axes");
      }
      case Slice i -> {
        layout(PLAIN, i.x(), i.y());
        sameTypeAndRank(i.x(), i.y());
        check(
            i.starts().size() == rank(i.x()) && i.steps().size() == rank(i.x()),
            "there should be a start and a step for each of " + rank(i.x()) + " axes");
        check(!i.steps().contains(Extent.of(0)), "a step should not be 0");
        i.starts().forEach(start -> symbols(where, start));
        i.steps().forEach(step -> symbols(where, step));
      }
      case Concat i -> concat(i);
      case Interleave i -> interleave(i);
      case SelectChannels i -> {
        layout(BLOCKED, i.x(), i.y());
        sameTypeAndRank(i.x(), i.y());
        check(i.channels().stream().allMatch(c -> c >= 0), "channels should not be negative");
      }
      case Reduce i -> {
        layout(PLAIN, i.x(), i.y());
        sameTypeAndRank(i.x(), i.y());
        boolean extreme = i.function() == ReduceFunction.MAX || i.function() == ReduceFunction.MIN;
        check(isNumber(i.x()) || extreme && isBool(i.x()), "x should be of numbers");
      }
      case Expand i -> {
        layout(PLAIN, i.x(), i.y());
        sameType(i.x(), i.y());
      }
      case Gather i -> gather(i);
      case Pad i -> {
        layout(PLAIN, i.x(), i.y());
        sameTypeAndRank(i.x(), i.y());
        check(
            i.begins().size() == rank(i.x()),
            "there should be a begin for each of " + rank(i.x()) + " axes");
        i.begins().forEach(begin -> symbols(where, begin));
        check(
            i.mode() == PadMode.CONSTANT == (i.value() != Instruction.ABSENT),
            "a value should be there if the mode is CONSTANT, and only then");
        if (i.value() != Instruction.ABSENT) {
          layout(PLAIN, i.value());
          sameType(i.value(), i.y());
        }
      }
      case Resize i -> {
        check(
            List.of(PLAIN, BLOCKED).contains(slot(i.x()).layout()), "x should be PLAIN or BLOCKED");
        sameLayout(i.x(), i.y());
        sameTypeAndRank(i.x(), i.y());
        check(
            rank(i.x()) >= 1 && i.scales().size() == rank(i.x()),
            "there should be a scale for each of " + rank(i.x()) + " axes");
        boolean nearest = i.how().mode() == ResizeMode.NEAREST;
        boolean copies = nearest && i.how().coordinates() != CoordinateMode.TF_CROP_AND_RESIZE;
        check(copies || isNumber(i.x()) || nearest && isBool(i.x()), "x should be of numbers");
        check(
            i.roi().isEmpty() || i.roi().size() == 2 * rank(i.x()),
            "there should be a begin and an end of the region for each axis, or none");
      }
      case Recurrent i -> recurrent(i);
      case ScatterNd i -> {
        layout(PLAIN, i.x(), i.indices(), i.updates(), i.y());
        sameTypeAndRank(i.x(), i.y());
        sameType(i.updates(), i.y());
        index(i.indices());
        check(rank(i.indices()) >= 1, "indices should be of rank 1 or more");
        boolean combines = i.function() != ScatterFunction.ASSIGN;
        check(!combines || isNumber(i.y()) || isBool(i.y()), "y should be of numbers");
      }
      case Call i -> {
        Operands operands = Operands.of(i);
        operands.reads().forEach(x -> layout(PLAIN, x));
        operands.writes().forEach(y -> layout(PLAIN, y));
        i.integers().forEach(integer -> symbols(where, integer));
      }
      case Range i -> {
        layout(PLAIN, i.start(), i.delta(), i.y());
        sameType(i.start(), i.delta(), i.y());
        check(rank(i.y()) == 1, "y should be of rank 1");
        check(isNumber(i.y()), "y should be of numbers");
      }
      case Fill i -> {
        sameType(i.value(), i.y());
        layout(PLAIN, i.value(), i.y());
      }
      case Extents i -> {
        layout(PLAIN, i.y());
        check(
            rank(i.y()) == 1 || rank(i.y()) == 0 && i.values().size() == 1,
            "y should be of rank 1, or a scalar for one value");
        index(i.y());
        i.values().forEach(value -> symbols(where, value));
      }
      case If i -> {
        branches(i.condition(), i.thenResults(), i.otherwiseResults(), i.y());
        i.y().forEach(y -> layout(PLAIN, y));
      }
      case Branch i -> branches(i.condition(), i.thenResults(), i.otherwiseResults(), i.y());
      case Measure i -> {
        layout(PLAIN, i.x());
        index(i.x());
        check(rank(i.x()) <= 1, "x should be of rank 0 or 1");
      }
      case Produce i -> {
        Operands operands = Operands.of(i);
        if (i.production().isOfLists()) {
          operands.reads().forEach(this::whole);
          operands.writes().forEach(this::whole);
          int integers = i.production().integersOfLists();
          check(i.integers().size() == integers, "there should be %d integers".formatted(integers));
          check(i.y().size() == 1, "there should be one result");
        } else {
          operands.reads().forEach(x -> layout(PLAIN, x));
          operands.writes().forEach(y -> layout(PLAIN, y));
        }
        i.integers().forEach(integer -> symbols(where, integer));
      }
      case Loop i -> loop(i);
    }
  }

  private void convolution(int x, int bias, int residual, int y, Window window) {
    layout(BLOCKED, y);
    window(window, x, y);
    if (bias != Instruction.ABSENT) {
      layout(BLOCKED, bias);
      check(rank(bias) == 2, "bias should be of rank 2, (1, M)");
    }
    if (residual != Instruction.ABSENT) {
      layout(BLOCKED, residual);
      sameTypeAndRank(residual, y);
    }
  }

  private void postOps(List<PostOp> postOps) {
    for (int vector : PostOp.vectors(postOps)) {
      layout(BLOCKED, vector);
      check(rank(vector) == 2, "vectors should be of rank 2, (1, C)");
    }
  }

  private void weights(int weights, Layout layout, Window window) {
    layout(layout, weights);
    check(rank(weights) == window.rank() + 2, "weights should be of rank " + (window.rank() + 2));
  }

  private void winograd(Conv conv) {
    layout(CONV_WEIGHTS, conv.weights());
    check(rank(conv.weights()) == 4, "weights should be of rank 4");
    Window window = conv.window();
    check(
        window.kernel().equals(List.of(3, 3))
            && window.strides().equals(List.of(1, 1))
            && window.dilations().equals(List.of(1, 1))
            && conv.group() == 1,
        "only a kernel of 3 by 3 with stride, dilation and group 1 is computed by Winograd's"
            + " forms");
  }

  private void window(Window window, int x, int y) {
    int rank = window.rank();
    check(rank >= 1 && rank <= 3, "the window should have one to three dimensions, not " + rank);
    check(
        window.strides().size() == rank
            && window.dilations().size() == rank
            && window.padsBegin().size() == rank
            && window.padsEnd().size() == rank,
        "the window's lists should have " + rank + " entries each");
    for (List<Integer> sizes : List.of(window.kernel(), window.strides(), window.dilations())) {
      check(sizes.stream().allMatch(n -> n >= 1), "kernel, strides, dilations should be positive");
    }
    window.padsBegin().forEach(pad -> symbols(where, pad));
    window.padsEnd().forEach(pad -> symbols(where, pad));
    check(rank(x) == rank + 2 && rank(y) == rank + 2, "x and y should be of rank " + (rank + 2));
  }

  private void gemm(Gemm gemm) {
    layout(PLAIN, gemm.a(), gemm.y());
    layout(GEMM_WEIGHTS, gemm.b());
    sameType(gemm.a(), gemm.b(), gemm.y());
    check(rank(gemm.a()) >= 2 && rank(gemm.y()) >= 2, "a and y should be of rank 2 or more");
    if (gemm.bias() != Instruction.ABSENT) {
      layout(PLAIN, gemm.bias());
      sameType(gemm.bias(), gemm.y());
      check(rank(gemm.bias()) == 1, "bias should be of rank 1, (N)");
    }
  }

  private void concat(Concat concat) {
    check(!concat.x().isEmpty(), "there should be an operand");
    for (int x : concat.x()) {
      sameLayout(x, concat.y());
      sameTypeAndRank(x, concat.y());
    }
    axis(concat.axis(), concat.y());
    Layout layout = slot(concat.y()).layout();
    check(layout == PLAIN || layout == BLOCKED && concat.axis() >= 1, layout + " cannot be joined");
  }

  private void interleave(Interleave interleave) {
    layout(BLOCKED, interleave.y());
    long operands = 1;
    for (int stride : interleave.strides()) {
      check(stride >= 1, "strides should be positive, not " + interleave.strides());
      operands = Math.min(Integer.MAX_VALUE, operands * stride);
    }
    check(interleave.strides().size() == rank(interleave.y()) - 2, "a stride for each dimension");
    check(interleave.x().size() == operands, "there should be " + operands + " operands");
    for (int x : interleave.x()) {
      if (x != Instruction.ABSENT) {
        layout(BLOCKED, x);
        sameTypeAndRank(x, interleave.y());
      }
    }
    if (interleave.fill() != Instruction.ABSENT) {
      layout(BLOCKED, interleave.fill());
      check(rank(interleave.fill()) == 2, "fill should be of rank 2, (1, C)");
    }
  }

  private void recurrent(Recurrent i) {
    floats("x", i.x(), 3);
    layout(GEMM_WEIGHTS, i.weights());
    check(rank(i.weights()) == 2, "weights should be of rank 2");
    boolean gru = i.cell() == Cell.GRU;
    boolean lstm = i.cell() == Cell.LSTM;
    check(gru == (i.candidate() != Instruction.ABSENT), "a GRU, and no other, has a candidate");
    if (gru) {
      layout(GEMM_WEIGHTS, i.candidate());
      check(rank(i.candidate()) == 2, "candidate should be of rank 2");
    }
    check(gru && i.variant() || i.candidateBias() == Instruction.ABSENT, "candidateBias");
    check(lstm || i.peepholes() == Instruction.ABSENT, "only an LSTM has peepholes");
    check(
        lstm || i.c() == Instruction.ABSENT && i.lastC() == Instruction.ABSENT,
        "only an LSTM has a cell state");
    check(
        i.activations().size() == i.cell().activations(),
        "there should be %d activations".formatted(i.cell().activations()));
    optional("candidateBias", i.candidateBias(), 1);
    optional("peepholes", i.peepholes(), 1);
    optional("h", i.h(), 2);
    optional("c", i.c(), 2);
    optional("y", i.y(), 3);
    optional("lastH", i.lastH(), 2);
    optional("lastC", i.lastC(), 2);
    if (i.lengths() != Instruction.ABSENT) {
      layout(PLAIN, i.lengths());
      check(
          slot(i.lengths()).type() == ElementType.INT32 && rank(i.lengths()) == 1,
          "lengths should be i32 of rank 1");
    }
  }

  private void gather(Gather gather) {
    layout(PLAIN, gather.x(), gather.indices(), gather.y());
    sameType(gather.x(), gather.y());
    index(gather.indices());
    axis(gather.axis(), gather.x());
    check(
        rank(gather.y()) == rank(gather.x()) - 1 + rank(gather.indices()),
        "y should be of rank " + (rank(gather.x()) - 1 + rank(gather.indices())));
  }

  private void branches(
      int condition, List<Integer> then, List<Integer> otherwise, List<Integer> y) {
    layout(PLAIN, condition);
    bool(condition);
    for (List<Integer> results : List.of(then, otherwise)) {
      check(results.size() == y.size(), "there should be as many results as y");
      for (int i = 0; i < results.size(); i++) {
        whole(y.get(i));
        sameLayout(y.get(i), results.get(i));
        sameTypeAndRank(results.get(i), y.get(i));
      }
    }
  }

  private void keepsRank(int inside, int... others) {
    for (int other : others) {
      check(
          slot(inside).layout() != slot(other).layout() || rank(inside) == rank(other),
          "what is carried should keep its rank");
    }
  }

  private void loop(Loop loop) {
    for (int number : List.of(loop.trips(), loop.turn())) {
      if (number != Instruction.ABSENT) {
        layout(PLAIN, number);
        check(slot(number).type() == ElementType.INT64, "slot " + number + " should be i64");
      }
    }
    for (int condition : List.of(loop.condition(), loop.going(), loop.again())) {
      if (condition != Instruction.ABSENT) {
        layout(PLAIN, condition);
        bool(condition);
      }
    }
    boolean ends =
        loop.trips() != Instruction.ABSENT
            || loop.again() != Instruction.ABSENT
            || !loop.scanned().isEmpty();
    check(ends, "a loop should have an end");
    for (Instruction.Carried each : loop.carried()) {
      whole(each.inside());
      sameHeld(each.inside(), each.initial(), each.next());
      sameType(each.initial(), each.inside(), each.next());
      keepsRank(each.inside(), each.initial(), each.next());
      if (each.y() != Instruction.ABSENT) {
        sameHeld(each.inside(), each.y());
        sameType(each.inside(), each.y());
        keepsRank(each.inside(), each.y());
      }
    }
    for (Instruction.Scanned each : loop.scanned()) {
      layout(PLAIN, each.x(), each.inside());
      sameType(each.x(), each.inside());
      axis(each.axis(), each.x());
      check(rank(each.x()) == rank(each.inside()) + 1, "a slice should have one axis less");
    }
    for (Instruction.Stacked each : loop.stacked()) {
      layout(PLAIN, each.row(), each.y());
      sameType(each.row(), each.y());
      axis(each.axis(), each.y());
      check(rank(each.y()) == rank(each.row()) + 1, "rows should have one axis less");
    }
  }
}
