package dev.crease.compiler.folding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.certificate.Finding;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random nets in which parts of a convolution's result are normalized apart, and constants along
/// other axes are added before and behind: whatever is folded, each rewrite is right.
class RandomPartsTest {
  private static final long NETS = Long.getLong("crease.random.parts", 40);
  private static final int CHANNELS = 6;

  @Test
  void everyRewriteIsRight() {
    Map<String, Integer> fired = new HashMap<>();
    for (long seed = 1; seed <= NETS; seed++) {
      Graph graph = new RandomParts(seed).graph();
      FoldingCase which =
          new FoldingCase(
              Pattern.NORMALIZED_PARTS, "seed " + seed, Model.of(graph), Expected.PARTS);
      FoldingRun run = FoldingRun.of(which);
      assertThat(run.local().agrees()).as("seed %d: %s", seed, run.local()).isTrue();
      assertThat(run.local().rewrites()).hasSameSizeAs(run.passes().rewrites());
      assertThat(run.largestShare()).as("seed %d", seed).isLessThanOrEqualTo(1);
      assertThat(run.local().rewrites())
          .as("seed %d", seed)
          .noneMatch(finding -> finding.certificate() instanceof Finding.Refuted);
      run.passes().rewrites().forEach(rewrite -> fired.merge(rewrite.pass(), 1, Integer::sum));
    }
    assertThat(fired).containsKeys("fold-parts", "fold-forward");
  }

  private static final class RandomParts {
    private final Random random;
    private final Net net;

    RandomParts(long seed) {
      random = new Random(seed);
      net = new Net(random.nextInt(4) == 0 ? ElementType.FLOAT64 : ElementType.FLOAT32, seed);
    }

    Graph graph() {
      Value x = net.picture(4, 2);
      Attributes group = Attributes.NONE.with("group", random.nextBoolean() ? 1 : 2);
      Value y =
          random.nextInt(4) == 0
              ? net.convTranspose(group, x, CHANNELS, 1, random.nextBoolean())
              : net.conv(group, x, CHANNELS, 1, random.nextBoolean());
      Value whole = maybeAdded(y);
      List<Value> results = new ArrayList<>();
      int from = 0;
      while (from < CHANNELS) {
        int step = 1 + random.nextInt(3);
        int to = Math.min(CHANNELS, from + step);
        results.add(end(net.op("Slice", whole, net.longs(from), net.longs(to), net.longs(1))));
        // One in a few channels is in two parts, or in none.
        from = to + (random.nextInt(8) == 0 ? random.nextInt(3) - 1 : 0);
      }
      if (random.nextInt(6) == 0) {
        results.add(net.op("Sigmoid", whole));
      }
      return net.graph(results.toArray(Value[]::new));
    }

    private Value maybeAdded(Value x) {
      if (random.nextInt(3) > 0) {
        return x;
      }
      Value constant = random.nextBoolean() ? net.weights(7, 1) : net.weights(6);
      String function = random.nextBoolean() ? "Add" : "Sub";
      return random.nextBoolean() ? net.op(function, x, constant) : net.op(function, constant, x);
    }

    private Value end(Value part) {
      Value y = maybeAdded(part);
      if (random.nextInt(5) == 0) {
        return y;
      }
      Slopes slopes = Slopes.values()[random.nextInt(Slopes.values().length)];
      Value normalized = maybeAdded(net.norm(y, slopes));
      return switch (random.nextInt(4)) {
        case 0 -> net.op("Relu", normalized);
        case 1 -> net.conv(Attributes.NONE.with("pads", Net.each(4, 1)), normalized, 2, 3, true);
        case 2 -> net.conv(net.op("Relu", normalized));
        default -> normalized;
      };
    }
  }
}
