package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Pow;
import dev.crease.compiler.op.math.Relu;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PlanWriter;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.ProgramVerifier;
import dev.crease.runtime.plan.Weights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LowererTest {
  private static final int LANES = 8;

  private final GraphBuilder builder = new GraphBuilder("test");
  private final Value x =
      builder.input("x", new TensorType(ElementType.FLOAT32, List.of(Dim.symbol("N"), Dim.of(3))));

  private Program lower() {
    Program program = Lowerer.lower(builder.build(), LANES, Map.of("model", "test"));
    ProgramVerifier.verify(program);
    return program;
  }

  @Test
  void symbolsOfInputsBecomeSymbolsOfTheProgram() {
    builder.output(builder.add(new Relu(), x));
    Program program = lower();
    assertThat(program.symbols()).containsExactly("N");
    assertThat(program.inputs())
        .containsExactly(new Port("x", program.inputs().getFirst().slot(), List.of("N", "3")));
    assertThat(program.slots().get(program.outputs().getFirst().slot()).shape())
        .containsExactly(new Extent.Symbol(0), Extent.of(3));
  }

  @Test
  void deadInstructionsAndTheirConstantsAreLeftOut() {
    Value unused = builder.constant("unused", Constant.scalar(1f));
    builder.add(new Relu(), unused);
    builder.output(builder.add(new Relu(), x));
    Program program = lower();
    assertThat(program.main().instructions()).hasSize(1);
    assertThat(program.weights()).isEmpty();
  }

  @Test
  void outputsMayBeInputsOrConstantsOrListedTwice() {
    Value c = builder.constant("c", Constant.of(Tensor.of(new float[] {1, 2}, 2)));
    builder.output(x);
    builder.output(c);
    builder.output(c);
    Program program = lower();
    assertThat(program.outputs()).extracting(Port::name).containsExactly("x", "c");
    List<Integer> slots = program.outputs().stream().map(Port::slot).toList();
    assertThat(slots).doesNotHaveDuplicates();
    assertThat(slots).doesNotContain(program.inputs().getFirst().slot());
    assertThat(slots).doesNotContain(program.weights().getFirst().slot());
    assertThat(program.main().instructions())
        .hasSize(2)
        .allSatisfy(each -> assertThat(each).isInstanceOf(Instruction.Reshape.class));
  }

  @Test
  void aSquareIsAProduct() {
    Value two = builder.constant("two", Constant.scalar(2f));
    builder.output(builder.add(new Pow(), x, two));
    Program program = lower();
    int slot = program.inputs().getFirst().slot();
    int square = program.outputs().getFirst().slot();
    assertThat(program.main().instructions())
        .containsExactly(new Instruction.Binary(BinaryFunction.MUL, slot, slot, square, List.of()));
  }

  @Test
  void aConstantHasOneSlot() {
    Value c = builder.constant("c", Constant.of(Tensor.of(new float[] {1, 2}, 2)));
    builder.output(builder.add(new Relu(), c));
    builder.output(builder.add(new Relu(), c));
    assertThat(lower().weights()).hasSize(1);
  }

  @Test
  void aDefaultIsTheWeightsOfItsInput() {
    Value optional = builder.input("optional", Constant.of(Tensor.of(new float[] {1, 2}, 2)));
    builder.output(builder.add(new Relu(), optional));
    Program program = lower();
    Weights weights = program.weights().getFirst();
    assertThat(weights.slot()).isEqualTo(program.inputs().get(1).slot());
    assertThat((float[]) weights.elements().get()).containsExactly(1, 2);
  }

  @Test
  void aDimensionThatNoInputBindsIsUnsupported() {
    Dim even = Dim.symbol("M").times(2);
    Value y = builder.input("y", new TensorType(ElementType.FLOAT32, List.of(even)));
    Value z = builder.input("z", new TensorType(ElementType.FLOAT32, List.of(even.plus(1))));
    builder.output(builder.add(new Relu(), y));
    builder.output(builder.add(new Relu(), z));
    assertThatThrownBy(this::lower)
        .isInstanceOfSatisfying(
            UnsupportedModelException.class,
            e -> assertThat(e.findings()).as("each symbol is reported once").hasSize(1))
        .hasMessageContaining("input `y`")
        .hasMessageContaining("2 * M");
  }

  @Test
  void weightsThatAreGivenAtRunTimeArePackedThen() {
    Value w = builder.input("w", TensorType.of(ElementType.FLOAT32, 4, 2, 3, 3));
    Graph graph = builder.build();
    GraphLowering lowering = new GraphLowering(graph, LANES, Symbols.boundBy(graph), _ -> {});
    lowering.input(w, java.util.Optional.empty());
    int packed = lowering.readWeights(w, Layout.CONV_WEIGHTS, 2);
    assertThat(lowering.readWeights(w, Layout.CONV_WEIGHTS, 2)).isEqualTo(packed);
    assertThat(lowering.readWeights(w, Layout.CONV_WEIGHTS, 1)).isNotEqualTo(packed);
    assertThat(lowering.instructions())
        .containsExactly(
            new Instruction.Pack(0, packed, 2), new Instruction.Pack(0, packed + 1, 1));
  }

  @Test
  void sameGraphSameBytes() throws IOException {
    Value c = builder.constant("c", Constant.of(Tensor.of(new float[] {1, 2}, 2)));
    builder.output(builder.add(new Relu(), c));
    builder.output(builder.add(new Relu(), x));
    assertThat(bytes(lower())).isEqualTo(bytes(lower()));
  }

  private static byte[] bytes(Program program) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PlanWriter.write(program, out);
    return out.toByteArray();
  }

  @Test
  void prints() {
    builder.output(builder.add(new Relu(), x));
    assertThat(PlanPrinter.print(lower()))
        .isEqualTo(
            """
            plan for 8 lanes
              model: test
            symbols N
            inputs
              `x` %0: f32[N, 3]
            constants
            instructions
              %1: f32[N, 3] = Unary(%0) RELU
            outputs
              `relu` %1: f32[N, 3]
            """);
  }
}
