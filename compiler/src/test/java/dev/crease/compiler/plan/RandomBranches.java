package dev.crease.compiler.plan;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.op.control.If;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Graphs of pictures with branches in branches: every node may read whatever it can see, so values
/// and constants are captured from any graph around, returned as they are, or left unread.
public final class RandomBranches {
  private static final int CHANNELS = 5;
  private static final int CONDITIONS = 2;
  private static final int MAX_DEPTH = 3;
  private static final TensorType PICTURE =
      new TensorType(
          ElementType.FLOAT32,
          List.of(Dim.symbol("N"), Dim.of(CHANNELS), Dim.symbol("H"), Dim.of(3)));

  private final Random random;
  private int values;

  private RandomBranches(long seed) {
    random = new Random(seed);
  }

  public static Graph graph(long seed) {
    return new RandomBranches(seed).graph();
  }

  /// Inputs with the conditions of the given bits.
  static Map<String, DoubleTensor> inputs(Graph graph, int conditions) {
    Map<String, DoubleTensor> inputs = new LinkedHashMap<>(ProgramRun.randomInputs(graph, 4));
    for (int i = 0; i < CONDITIONS; i++) {
      double[] value = {conditions >> i & 1};
      inputs.put("t" + i, new DoubleTensor(ElementType.BOOL, new int[0], value));
    }
    return inputs;
  }

  /// What the nodes of one graph can read.
  private record Sight(List<Value> pictures, List<Value> weights, List<Value> conditions) {
    Sight inside() {
      return new Sight(
          new ArrayList<>(pictures), new ArrayList<>(weights), new ArrayList<>(conditions));
    }
  }

  private Graph graph() {
    GraphBuilder builder = new GraphBuilder("Random");
    Sight sight = new Sight(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    sight.pictures.add(builder.input("x", PICTURE));
    for (int i = 0; i < CONDITIONS; i++) {
      sight.conditions.add(builder.input("t" + i, TensorType.of(ElementType.BOOL)));
    }
    constants(builder, sight);
    nodes(builder, sight, 0);
    List<Value> results = sight.pictures;
    builder.output(results.getLast());
    builder.output(results.get(random.nextInt(results.size())));
    return builder.build();
  }

  private void nodes(GraphBuilder out, Sight sight, int depth) {
    int count = 2 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      sight.pictures.addAll(node(out, sight, depth));
    }
  }

  private List<Value> node(GraphBuilder out, Sight sight, int depth) {
    return switch (random.nextInt(depth < MAX_DEPTH ? 9 : 6)) {
      case 0 -> add(out, "Sigmoid", picture(sight));
      case 1 -> add(out, "Identity", picture(sight));
      case 2 -> add(out, "Add", picture(sight), picture(sight));
      case 3 -> add(out, "Relu", convolution(out, sight));
      case 4 -> normalization(out, sight);
      case 5 -> convolutionOfTwo(out, sight);
      default -> branches(out, sight, depth);
    };
  }

  private Value picture(Sight sight) {
    // Mostly what came last, so that there are chains.
    int size = sight.pictures.size();
    return sight.pictures.get(Math.max(random.nextInt(size), random.nextInt(size)));
  }

  private String name() {
    return "v" + values++;
  }

  private static Op operator(String name, Attributes attributes) {
    return Operators.find(name).orElseThrow().create(attributes);
  }

  private List<Value> add(GraphBuilder out, String operator, Value... operands) {
    Op op = operator(operator, Attributes.NONE);
    return out.add("", op, List.of(operands), List.of(name()));
  }

  private Value convolution(GraphBuilder out, Sight sight) {
    Value weights = sight.weights.get(random.nextInt(sight.weights.size()));
    Op op = operator("Conv", Attributes.NONE.with("pads", List.of(1L, 1L, 1L, 1L)));
    return out.add("", op, List.of(picture(sight), weights), List.of(name())).getFirst();
  }

  private List<Value> normalization(GraphBuilder out, Sight sight) {
    List<Value> operands = new ArrayList<>(List.of(convolution(out, sight)));
    for (int i = 0; i < 4; i++) {
      operands.add(out.constant(name(), constant(CHANNELS)));
    }
    Op op = operator("BatchNormalization", Attributes.NONE);
    return out.add("", op, operands, List.of(name()));
  }

  /// Joins two pictures, which may both be captured.
  private List<Value> convolutionOfTwo(GraphBuilder out, Sight sight) {
    Op join = operator("Concat", Attributes.NONE.with("axis", 1L));
    Value both =
        out.add("", join, List.of(picture(sight), picture(sight)), List.of(name())).getFirst();
    Value weights = out.constant(name(), constant(CHANNELS, 2 * CHANNELS, 1, 1));
    return out.add("", operator("Conv", Attributes.NONE), List.of(both, weights), List.of(name()));
  }

  private List<Value> branches(GraphBuilder out, Sight sight, int depth) {
    int results = 1 + random.nextInt(3);
    Graph then = branch(out, sight, depth, results);
    Graph otherwise = branch(out, sight, depth, results);
    Value condition = sight.conditions.get(random.nextInt(sight.conditions.size()));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      names.add(name());
    }
    return out.add("", new If(then, otherwise), List.of(condition), names);
  }

  private Graph branch(GraphBuilder around, Sight sight, int depth, int results) {
    GraphBuilder out = new GraphBuilder("branch", around);
    Sight inside = sight.inside();
    if (random.nextBoolean()) {
      constants(out, inside);
    }
    nodes(out, inside, depth + 1);
    for (int i = 0; i < results; i++) {
      out.output(picture(inside));
    }
    return out.build();
  }

  private void constants(GraphBuilder out, Sight sight) {
    sight.weights.add(out.constant(name(), constant(CHANNELS, CHANNELS, 3, 3)));
    boolean[] known = {random.nextBoolean()};
    sight.conditions.add(out.constant(name(), Constant.of(Tensor.of(known, 1))));
  }

  /// Between 0 and 0.1, so that neither chains nor divisions grow without bound.
  private Constant constant(int... shape) {
    int count = 1;
    for (int dim : shape) {
      count *= dim;
    }
    float[] elements = new float[count];
    for (int i = 0; i < count; i++) {
      elements[i] = random.nextFloat() / 10;
    }
    return Constant.of(Tensor.of(elements, shape));
  }
}
