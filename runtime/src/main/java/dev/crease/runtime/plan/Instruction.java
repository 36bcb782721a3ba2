package dev.crease.runtime.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One step of a program. Operands are slot indexes; [#ABSENT] stands for an optional operand that
/// is not there. A slot is written by one instruction of the whole program, before it is read.
///
/// A closed set: the codec and the binder switch over it without `default`, so a new instruction is
/// a compile error in exactly the places that must learn it. `y` is always the result.
///
/// All but [Deciding] ones compute with shapes that are known before they run. A run of them is a
/// section, which is bound to shapes as a whole.
public sealed interface Instruction {
  int ABSENT = -1;

  /// Instructions after which more is known than before: they move whole tensors between sections,
  /// and bind the symbols that what follows is shaped by. All slots that they name are PLAIN, and
  /// so are slots that are written in one section and read in another.
  sealed interface Deciding extends Instruction {
    /// The symbols that have a value once it has run, each bound by one instruction; in a [Loop],
    /// those of its body not included. `-1` entries of [Measure] are left out.
    List<Integer> binds();

    /// The blocks inside.
    default List<Block> blocks() {
      return List.of();
    }

    /// The same with other blocks, in the same order.
    default Deciding withBlocks(List<Block> blocks) {
      return this;
    }
  }

  /// Binds `symbols[i]` to element `i` of `x`, int32 or int64 of rank 1 or 0; -1 where an element
  /// does not matter.
  record Measure(int x, List<Integer> symbols) implements Deciding {
    public Measure {
      symbols = List.copyOf(symbols);
    }

    @Override
    public List<Integer> binds() {
      return symbols.stream().filter(symbol -> symbol >= 0).toList();
    }
  }

  /// Results whose sizes depend on data; what operands and parameters are, its [Production] says.
  ///
  /// @param binds symbols that are dimensions of `y`, and are bound by what comes out
  record Produce(
      Production production,
      List<Integer> x,
      List<Integer> y,
      List<Extent> integers,
      List<Double> numbers,
      List<Integer> binds)
      implements Deciding {
    public Produce {
      x = List.copyOf(x);
      y = List.copyOf(y);
      integers = List.copyOf(integers);
      numbers = List.copyOf(numbers);
      binds = List.copyOf(binds);
    }
  }

  /// As [If], where the blocks decide themselves, or their results have shapes that are known once
  /// one has run.
  ///
  /// @param binds symbols that are dimensions of `y`
  record Branch(
      int condition,
      Block then,
      List<Integer> thenResults,
      Block otherwise,
      List<Integer> otherwiseResults,
      List<Integer> y,
      List<Integer> binds)
      implements Deciding {
    public Branch {
      thenResults = List.copyOf(thenResults);
      otherwiseResults = List.copyOf(otherwiseResults);
      y = List.copyOf(y);
      binds = List.copyOf(binds);
    }

    @Override
    public List<Block> blocks() {
      return List.of(then, otherwise);
    }

    @Override
    public Branch withBlocks(List<Block> blocks) {
      return new Branch(
          condition, blocks.get(0), thenResults, blocks.get(1), otherwiseResults, y, binds);
    }
  }

  /// Runs a block again and again, at most `trips` times (one int64; no bound if absent) and as
  /// long as a condition holds (one bool; always if absent).
  ///
  /// What a turn finds stands in slots that nothing else writes: its number from 0 (`turn`, int64),
  /// the condition (`going`), what was carried from the turn before, and a slice of each scanned
  /// tensor. What it leaves is the next condition (`again`), what is carried on, and the rows that
  /// are stacked. What the block writes cannot be read after it.
  ///
  /// @param binds symbols that are dimensions of the results
  /// @param insideBinds symbols that are dimensions of what a turn finds
  record Loop(
      int trips,
      int condition,
      int turn,
      int going,
      int again,
      List<Carried> carried,
      List<Scanned> scanned,
      List<Stacked> stacked,
      Block body,
      List<Integer> binds,
      List<Integer> insideBinds)
      implements Deciding {
    public Loop {
      carried = List.copyOf(carried);
      scanned = List.copyOf(scanned);
      stacked = List.copyOf(stacked);
      binds = List.copyOf(binds);
      insideBinds = List.copyOf(insideBinds);
    }

    @Override
    public List<Block> blocks() {
      return List.of(body);
    }

    @Override
    public Loop withBlocks(List<Block> blocks) {
      return new Loop(
          trips,
          condition,
          turn,
          going,
          again,
          carried,
          scanned,
          stacked,
          blocks.getFirst(),
          binds,
          insideBinds);
    }

    /// The slots that are filled before each turn.
    public List<Integer> inside() {
      List<Integer> slots = new ArrayList<>(List.of(turn, going));
      carried.forEach(each -> slots.add(each.inside()));
      scanned.forEach(each -> slots.add(each.inside()));
      return slots.stream().filter(slot -> slot != ABSENT).toList();
    }

    /// The slots that are read after each turn.
    public List<Integer> left() {
      List<Integer> slots = new ArrayList<>(List.of(again));
      carried.forEach(each -> slots.add(each.next()));
      stacked.forEach(each -> slots.add(each.row()));
      return slots.stream().filter(slot -> slot != ABSENT).toList();
    }
  }

  /// A tensor that each turn of a [Loop] replaces: `initial` before the first, `y` (or absent)
  /// after the last; a turn finds it in `inside` and leaves the next in `next`.
  record Carried(int initial, int inside, int next, int y) {}

  /// A tensor of which each turn of a [Loop] finds a slice along `axis`, without that axis, from
  /// the last to the first if `reverse`. There are as many turns as slices.
  record Scanned(int x, int inside, int axis, boolean reverse) {}

  /// Rows that each turn of a [Loop] leaves, put together as `y` along a new axis, from the last to
  /// the first if `reverse`.
  record Stacked(int row, int y, int axis, boolean reverse) {}

  /// Convolution, grouped or not: `y = postOps(conv(x, weights) + bias + residual)`.
  ///
  /// `x`, `residual`, `y` BLOCKED; `weights` CONV_WEIGHTS of `(M, C / group, k...)`; `bias` BLOCKED
  /// `(1, M)` or absent; `residual` of `y`'s shape or absent. Taps in the padding read zero, or
  /// what a [Border] that wrote `x` says.
  ///
  /// @param winograd how a convolution of one group with a kernel of 3 by 3 and stride 1 is
  ///   computed, if not directly; its weights are then those of [Winograd#products] groups, `(P M,
  ///   C, 1, 1)`: for each product those that [Winograd#transformWeights] gives, `M` being a
  ///   multiple of [Winograd#MAPS]
  record Conv(
      int x,
      int weights,
      int bias,
      int residual,
      int y,
      Window window,
      int group,
      Optional<Winograd> winograd,
      List<PostOp> postOps)
      implements Instruction {
    public Conv {
      postOps = List.copyOf(postOps);
    }

    /// A convolution that is computed directly.
    public Conv(
        int x,
        int weights,
        int bias,
        int residual,
        int y,
        Window window,
        int group,
        List<PostOp> postOps) {
      this(x, weights, bias, residual, y, window, group, Optional.empty(), postOps);
    }

    /// Groups that the weights are packed for.
    public int weightGroups() {
      return winograd.map(Winograd::products).orElse(group);
    }
  }

  /// Convolution of each channel with its own kernel, `weights` DEPTHWISE_WEIGHTS of `(C, 1,
  /// k...)`; else as [Conv].
  record DepthwiseConv(
      int x, int weights, int bias, int residual, int y, Window window, List<PostOp> postOps)
      implements Instruction {
    public DepthwiseConv {
      postOps = List.copyOf(postOps);
    }
  }

  /// `y = activation(a b + bias)`, over leading batch dimensions by broadcasting.
  ///
  /// `a` PLAIN `(..., M, K)`; `b` GEMM_WEIGHTS of `(..., K, N)`; `bias` PLAIN `(N)` or absent; `y`
  /// PLAIN `(..., M, N)`.
  record Gemm(int a, int b, int bias, int y, Activation activation) implements Instruction {}

  /// Packs weights that are computed or given at run time: `x` PLAIN into `y` CONV_WEIGHTS (of a
  /// convolution with `group` groups), DEPTHWISE_WEIGHTS or GEMM_WEIGHTS.
  record Pack(int x, int y, int group) implements Instruction {}

  /// `y = postOps(pool(x))`; `x` and `y` BLOCKED.
  record Pool(PoolKind kind, int x, int y, Window window, List<PostOp> postOps)
      implements Instruction {
    public Pool {
      postOps = List.copyOf(postOps);
    }
  }

  /// Pooling over all spatial dimensions; `x` and `y` BLOCKED, `y`'s spatial dimensions are 1.
  record GlobalPool(PoolKind kind, int x, int y) implements Instruction {}

  /// Local response normalization: `y = x / (bias + alpha / size * sum)^beta`, the sum being of the
  /// squares of the `size` channels around each, `floor((size - 1) / 2)` of them before it; `x` and
  /// `y` BLOCKED.
  record Lrn(int x, int y, int size, float alpha, float beta, float bias) implements Instruction {}

  /// `y = postOps(x)`, at least one; `x` and `y` of one shape; BLOCKED.
  record Channelwise(int x, int y, List<PostOp> postOps) implements Instruction {
    public Channelwise {
      postOps = List.copyOf(postOps);
    }
  }

  /// The same tensor, around which convolutions read `values` `(1, C)` as padding, not zeros; `x`
  /// and `y` of one shape; BLOCKED. Costs no more than writing the halo where the planner can give
  /// both slots the same memory.
  record Border(int x, int values, int y) implements Instruction {}

  /// Element by element; `x` and `y` of one shape and layout.
  record Unary(int x, int y, Activation activation) implements Instruction {}

  /// `y = postOps(function(a, b))`, element by element with ONNX broadcasting; both operands and
  /// `y` of one layout. In BLOCKED layout operands have `y`'s rank or are `(1, C)` vectors; in
  /// PLAIN layout there is at most an activation.
  record Binary(BinaryFunction function, int a, int b, int y, List<PostOp> postOps)
      implements Instruction {
    public Binary {
      postOps = List.copyOf(postOps);
    }
  }

  /// Whether a relation holds, element by element with ONNX broadcasting; `a` and `b` of one type,
  /// `y` BOOL, all PLAIN. Strings can be EQUAL only.
  record Compare(ComparisonFunction function, int a, int b, int y) implements Instruction {}

  /// `y = condition ? a : b`, element by element with ONNX broadcasting; `condition` BOOL, all
  /// PLAIN.
  record Select(int condition, int a, int b, int y) implements Instruction {}

  /// Conversion of the element type by ONNX's Cast; one shape and layout.
  record Cast(int x, int y) implements Instruction {}

  /// `y[i] = e^x[i] / sum(e^x)` along `axis`, or its logarithm; PLAIN.
  record Softmax(int x, int y, int axis, boolean logarithm) implements Instruction {}

  /// The same tensor in another layout.
  record Reorder(int x, int y) implements Instruction {}

  /// The same elements in row-major order under another shape; PLAIN. Costs nothing where the
  /// planner can give both slots the same memory.
  record Reshape(int x, int y) implements Instruction {}

  /// `y`'s dimension `i` is `x`'s dimension `permutation[i]`; PLAIN.
  record Transpose(int x, int y, List<Integer> permutation) implements Instruction {
    public Transpose {
      permutation = List.copyOf(permutation);
    }
  }

  /// `y[i...] = x[starts + i * steps]`, one entry per dimension; PLAIN. Starts are already clamped
  /// to the picture as ONNX's Slice says; steps may be negative.
  record Slice(int x, int y, List<Extent> starts, List<Extent> steps) implements Instruction {
    public Slice {
      starts = List.copyOf(starts);
      steps = List.copyOf(steps);
    }
  }

  /// Joins along `axis`; all PLAIN, or all BLOCKED with `axis` 1 or a spatial one. Operands that
  /// the planner placed inside `y` are already there.
  record Concat(List<Integer> x, int y, int axis) implements Instruction {
    public Concat {
      x = List.copyOf(x);
    }
  }

  /// Channel `c` of `y` is channel `channels[c]` of `x`; BLOCKED, of one batch and picture.
  record SelectChannels(int x, int y, List<Integer> channels) implements Instruction {
    public SelectChannels {
      channels = List.copyOf(channels);
    }
  }

  /// Spatial element `strides q + r` of `y` is element `q` of `x[r]`; one operand for each
  /// remainder `r`, counted in row-major order over the spatial dimensions; BLOCKED. Where an
  /// operand is absent stands the vector `fill` `(1, C)`, or zeros if that is absent too.
  record Interleave(List<Integer> x, int fill, int y, List<Integer> strides)
      implements Instruction {
    public Interleave {
      x = List.copyOf(x);
      strides = List.copyOf(strides);
    }
  }

  /// The inverse of broadcasting: each element of `y` is the function of those elements of `x` to
  /// which it would broadcast. `x` and `y` have one rank; `y` has 1 along the axes that are
  /// reduced; PLAIN.
  record Reduce(ReduceFunction function, int x, int y) implements Instruction {}

  /// Broadcasting to `y`'s shape; PLAIN.
  record Expand(int x, int y) implements Instruction {}

  /// `y = x[..., indices, ...]` along `axis`, indices int32 or int64, negative ones from the end;
  /// PLAIN.
  record Gather(int x, int indices, int y, int axis) implements Instruction {}

  /// `y[i] = x[i - begins]`, one entry per dimension, negative ones crop; outside of `x` what the
  /// mode says. `value` is absent unless the mode is CONSTANT: one element, or a vector of one for
  /// each place along axis 1, where `x` and `y` then have as many; PLAIN.
  record Pad(PadMode mode, int x, int value, int y, List<Extent> begins) implements Instruction {
    public Pad {
      begins = List.copyOf(begins);
    }
  }

  /// Resizing along every axis; PLAIN, or BLOCKED if only spatial dimensions change.
  ///
  /// Scales and the region are given as the 64 bits of a double, so that they can depend on data.
  ///
  /// @param scales one per axis; 0 is `y`'s size by `x`'s. One that float32 can hold is computed
  ///   with in float32
  /// @param roi the region of interest: the begin of each axis, then the end of each, as parts of
  ///   it; empty for all
  record Resize(int x, int y, Resampling how, List<Extent> scales, List<Extent> roi)
      implements Instruction {
    public Resize {
      scales = List.copyOf(scales);
      roi = List.copyOf(roi);
    }
  }

  /// `y[i] = start + i delta`; `start` and `delta` are one element each; PLAIN.
  record Range(int start, int delta, int y) implements Instruction {}

  /// `y = x`, but where `indices` says: its last dimension names an element or a slice of `x` by
  /// its first axes, negative numbers from the end, which meets the slice of `updates` in the same
  /// place. Indices int32 or int64; PLAIN.
  record ScatterNd(ScatterFunction function, int x, int indices, int updates, int y)
      implements Instruction {}

  /// All steps of a recurrent cell in one direction, over time T, batch B, hidden size H; PLAIN but
  /// for `weights` and `candidate`, GEMM_WEIGHTS.
  ///
  /// @param x `(T, B, gates H)`: the product of the input with its weights, and the biases
  /// @param weights `(H, gates H)`: of the product with the state; without a GRU's candidate
  /// @param candidate `(H, H)`: of a GRU's candidate, else absent
  /// @param candidateBias `(H)`: added to that product, or absent
  /// @param peepholes `(3 H)`: of an LSTM's gates i, o, f, or absent
  /// @param h `(B, H)`: the state at the beginning, zeros if absent; likewise `c`
  /// @param lengths INT32 `(B)`: how many steps a row has, all if absent
  /// @param y `(T, B, H)`: the states, or absent
  /// @param lastH `(B, H)`: the last state of each row, or absent; likewise `lastC`
  /// @param reverse whether time runs backwards
  /// @param variant a GRU that resets behind its product with the state; an LSTM whose forget gate
  ///   is `1 - i`
  /// @param clip bound of the numbers that functions are applied to, or 0
  /// @param activations the functions f, g, h, as many as the cell has
  record Recurrent(
      Cell cell,
      int x,
      int weights,
      int candidate,
      int candidateBias,
      int peepholes,
      int h,
      int c,
      int lengths,
      int y,
      int lastH,
      int lastC,
      boolean reverse,
      boolean variant,
      float clip,
      List<Activation> activations)
      implements Instruction {
    public Recurrent {
      activations = List.copyOf(activations);
    }
  }

  /// A computation that has no instruction of its own, in plain loops over PLAIN slots; what its
  /// operands and parameters are, its [Routine] says.
  ///
  /// @param x operands, [#ABSENT] where one is left out; likewise the results `y`
  record Call(
      Routine routine,
      List<Integer> x,
      List<Integer> y,
      List<Extent> integers,
      List<Double> numbers)
      implements Instruction {
    public Call {
      x = List.copyOf(x);
      y = List.copyOf(y);
      integers = List.copyOf(integers);
      numbers = List.copyOf(numbers);
    }
  }

  /// All elements the single element of the slot `value`; PLAIN.
  record Fill(int value, int y) implements Instruction {}

  /// A one-dimensional (or scalar) int64 or int32 tensor of expressions over the bound symbols;
  /// PLAIN.
  record Extents(List<Extent> values, int y) implements Instruction {
    public Extents {
      values = List.copyOf(values);
    }
  }

  /// Runs one of two blocks; each leaves its results in the slots listed, which have the types and
  /// shapes of `y`. The condition is one bool; it, the results and `y` are PLAIN. What a block
  /// writes cannot be read after it.
  record If(
      int condition,
      Block then,
      List<Integer> thenResults,
      Block otherwise,
      List<Integer> otherwiseResults,
      List<Integer> y)
      implements Instruction {
    public If {
      thenResults = List.copyOf(thenResults);
      otherwiseResults = List.copyOf(otherwiseResults);
      y = List.copyOf(y);
    }
  }
}
