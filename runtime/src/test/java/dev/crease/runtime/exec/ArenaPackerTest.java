package dev.crease.runtime.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.exec.ArenaPacker.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArenaPackerTest {
  @Test
  void whatLivesAtOnceNeverOverlaps() {
    for (long seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      int positions = 1 + random.nextInt(60);
      int alignment = 1 << random.nextInt(7);
      List<Interval> intervals = new ArrayList<>();
      for (int i = random.nextInt(80); i > 0; i--) {
        int begin = random.nextInt(positions + 1) - 1;
        int end = begin + random.nextInt(positions - begin + 1);
        intervals.add(new Interval(random.nextInt(1000), begin, end));
      }
      check(new ArenaPacker(intervals, alignment), intervals, alignment, positions, seed);
    }
  }

  private static void check(
      ArenaPacker packer, List<Interval> intervals, int alignment, int positions, long seed) {
    for (int i = 0; i < intervals.size(); i++) {
      Interval a = intervals.get(i);
      assertThat(packer.offset(i) % alignment).isZero();
      assertThat(packer.offset(i) + a.length()).isLessThanOrEqualTo(packer.length());
      for (int j = 0; j < i; j++) {
        Interval b = intervals.get(j);
        boolean together = a.begin() <= b.end() && b.begin() <= a.end();
        boolean apart =
            packer.offset(i) + a.length() <= packer.offset(j)
                || packer.offset(j) + b.length() <= packer.offset(i);
        assertThat(!together || apart).as("seed %d: %s and %s", seed, a, b).isTrue();
      }
    }
    long live = 0;
    for (int position = -1; position <= positions; position++) {
      long sum = 0;
      for (Interval interval : intervals) {
        sum += interval.begin() <= position && position <= interval.end() ? interval.length() : 0;
      }
      live = Math.max(live, sum);
    }
    assertThat(ArenaPacker.lowerBound(intervals, positions)).as("seed %d", seed).isEqualTo(live);
    assertThat(packer.length()).isGreaterThanOrEqualTo(live);
  }

  @Test
  void aChainTakesTwoPlaces() {
    List<Interval> chain = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      chain.add(new Interval(64, i, i + 1));
    }
    assertThat(new ArenaPacker(chain, 16).length()).isEqualTo(128);
  }
}
