package dev.crease.runtime.plan;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidPlanException;
import dev.crease.runtime.Plan;
import dev.crease.runtime.ProgramBuilder;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Instructions with a vector per channel that does not fit are refused.
class ChannelVectorsTest {
  private static final int LANES = 4;

  /// What takes a vector.
  private enum Kind {
    BORDER,
    MEAN,
    SLOPE,
    BIAS,
    LOWER,
    UPPER,
    CONV,
    DEPTHWISE_CONV,
    POOL,
    BINARY;

    Instruction of(int x, int vector, int fitting, int y, ProgramBuilder program) {
      Window window = ProgramBuilder.window(new int[] {3, 3, 1, 1}, 0);
      List<PostOp> clamp = List.of(new PostOp.Clamp(fitting, vector));
      int no = Instruction.ABSENT;
      return switch (this) {
        case BORDER -> new Instruction.Border(x, vector, y);
        case MEAN -> channelwise(x, y, new PostOp.Normalize(vector, fitting, fitting));
        case SLOPE -> channelwise(x, y, new PostOp.Normalize(fitting, vector, fitting));
        case BIAS -> channelwise(x, y, new PostOp.Normalize(fitting, fitting, vector));
        case LOWER -> channelwise(x, y, new PostOp.Clamp(vector, fitting));
        case UPPER -> channelwise(x, y, new PostOp.Clamp(fitting, vector));
        case CONV -> {
          int size = new ConvPacking(3, 3, 1, 1, LANES).size();
          int weights = program.slot(ElementType.FLOAT32, Layout.CONV_WEIGHTS, 3, 3, 1, 1);
          program.constant(weights, new float[size]);
          yield new Instruction.Conv(x, weights, no, no, y, window, 1, clamp);
        }
        case DEPTHWISE_CONV -> {
          int weights = program.slot(ElementType.FLOAT32, Layout.DEPTHWISE_WEIGHTS, 3, 1, 1, 1);
          program.constant(weights, new float[LANES]);
          yield new Instruction.DepthwiseConv(x, weights, no, no, y, window, clamp);
        }
        case POOL -> new Instruction.Pool(PoolKind.MAX, x, y, window, clamp);
        case BINARY -> new Instruction.Binary(BinaryFunction.ADD, x, x, y, clamp);
      };
    }

    private static Instruction channelwise(int x, int y, PostOp postOp) {
      return new Instruction.Channelwise(x, y, List.of(postOp));
    }
  }

  private final ProgramBuilder program = new ProgramBuilder(LANES);
  private final int x = program.reorder(program.input("x", program.plain(1, 3, "H", 2)), picture());
  private final int fitting = program.constant(program.blocked(1, 3), new float[LANES]);

  private int picture() {
    return program.blocked(1, 3, "H", 2);
  }

  private void build(Instruction instruction, int y) {
    program.add(instruction);
    program.output("y", program.reorder(y, program.plain(1, 3, "H", 2)));
  }

  @ParameterizedTest
  @EnumSource
  void ofAnotherRank(Kind kind) {
    int y = picture();
    int vector = program.constant(program.blocked(1, 3, 1), new float[LANES]);
    build(kind.of(x, vector, fitting, y, program), y);
    assertRefused("should be of rank 2, (1, C)");
  }

  @ParameterizedTest
  @EnumSource
  void ofAnotherLayout(Kind kind) {
    int y = picture();
    int vector = program.constant(program.plain(1, 3), new float[3]);
    build(kind.of(x, vector, fitting, y, program), y);
    assertRefused("should be BLOCKED, but is PLAIN");
  }

  @ParameterizedTest
  @EnumSource(names = {"BORDER", "MEAN", "LOWER"})
  void aResultOfAnotherRank(Kind kind) {
    int y = program.blocked(1, 3, "H");
    program.add(kind.of(x, fitting, fitting, y, program));
    program.output("y", program.reorder(y, program.plain(1, 3, "H")));
    assertRefused("should have one rank");
  }

  /// How many channels there are is known when shapes are bound, be there pixels or not.
  @ParameterizedTest
  @EnumSource
  void ofOtherChannels(Kind kind) {
    int y = picture();
    int vector = program.constant(program.blocked(1, 2), new float[LANES]);
    build(kind.of(x, vector, fitting, y, program), y);
    assertUnbound(5, "is [1, 2], not (1, 3)");
  }

  @Test
  void aBorderOfOtherChannelsAroundNoPixels() {
    int y = picture();
    int vector = program.constant(program.blocked(1, 2), new float[LANES]);
    build(new Instruction.Border(x, vector, y), y);
    assertUnbound(0, "values is [1, 2], not (1, 3)");
  }

  @Test
  void nothingToDoForAChannel() {
    int y = picture();
    build(new Instruction.Channelwise(x, y, List.of()), y);
    assertRefused("there should be something to do");
  }

  @Test
  void vectorsForWhatHasNoChannels() {
    int sum = program.plain(1, 3, "H", 2);
    List<PostOp> clamp = List.of(new PostOp.Clamp(fitting, fitting));
    program.add(new Instruction.Binary(BinaryFunction.ADD, 0, 0, sum, clamp));
    program.output("sum", sum);
    assertRefused("in PLAIN layout there should be at most an activation");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Plan.of(program.build()))
        .isInstanceOf(InvalidPlanException.class)
        .hasMessageContaining(message);
  }

  private void assertUnbound(int height, String message) {
    try (Session session = Plan.of(program.build()).newSession(SessionOptions.defaults())) {
      assertThatThrownBy(() -> session.bind(Map.of("x", new int[] {1, 3, height, 2})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(message);
    }
  }
}
