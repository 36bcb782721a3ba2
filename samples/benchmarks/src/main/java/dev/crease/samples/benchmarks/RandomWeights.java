package dev.crease.samples.benchmarks;

import com.google.protobuf.ByteString;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.TensorShapeProto;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/// Puts seeded random weights and BatchNormalization statistics into a model, so that its outputs
/// depend on every part of it.
///
/// Only floating-point parameters of convolutions, matrix products, BatchNormalizations, and
/// element-wise sums change, whether they are initializers, `Constant` nodes, or `ConstantOfShape`
/// nodes, which become initializers. Weights follow He et al. (arXiv 1502.01852), so activations
/// keep their size through any depth.
final class RandomWeights {
  private static final int FLOAT = 1;

  /// The IR version from which initializers need not be inputs.
  private static final int FIRST_WITH_FREE_INITIALIZERS = 4;

  /// What a parameter is for, which decides its distribution.
  private enum Role {
    WEIGHT,
    SHIFT,
    SCALE,
    VARIANCE
  }

  private final GraphProto graph;
  private final Map<String, long[]> parameters = new HashMap<>();
  private final Map<String, Role> roles = new LinkedHashMap<>();
  private final Map<String, TensorProto> replaced = new LinkedHashMap<>();
  private final Random random;

  private RandomWeights(GraphProto graph, long seed) {
    this.graph = graph;
    this.random = new Random(seed);
  }

  static ModelProto into(ModelProto model, long seed) {
    boolean listed = model.getIrVersion() < FIRST_WITH_FREE_INITIALIZERS;
    return model.toBuilder()
        .setGraph(new RandomWeights(model.getGraph(), seed).randomized(listed))
        .build();
  }

  /// @param listed whether every initializer must be a graph input too
  private GraphProto randomized(boolean listed) {
    findParameters();
    graph.getNodeList().forEach(this::findRoles);
    roles.forEach((name, role) -> replaced.put(name, tensor(name, role)));
    GraphProto.Builder out = graph.toBuilder().clearNode().clearInitializer();
    graph.getInitializerList().stream()
        .filter(tensor -> !replaced.containsKey(tensor.getName()))
        .forEach(out::addInitializer);
    replaced.values().forEach(out::addInitializer);
    graph.getNodeList().stream()
        .filter(node -> !replaced.containsKey(node.getOutput(0)))
        .forEach(out::addNode);
    if (listed) {
      Set<String> inputs =
          graph.getInputList().stream().map(ValueInfoProto::getName).collect(Collectors.toSet());
      replaced.values().stream()
          .filter(tensor -> !inputs.contains(tensor.getName()))
          .forEach(tensor -> out.addInput(declaration(tensor)));
    }
    return out.build();
  }

  private void findParameters() {
    Map<String, TensorProto> initializers = new HashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      initializers.put(tensor.getName(), tensor);
      if (tensor.getDataType() == FLOAT) {
        parameters.put(tensor.getName(), dims(tensor.getDimsList()));
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Constant")) {
        for (AttributeProto attribute : node.getAttributeList()) {
          if (attribute.hasT() && attribute.getT().getDataType() == FLOAT) {
            parameters.put(node.getOutput(0), dims(attribute.getT().getDimsList()));
          }
        }
      } else if (node.getOpType().equals("ConstantOfShape")) {
        TensorProto shape = initializers.get(node.getInput(0));
        if (shape != null) {
          parameters.put(node.getOutput(0), longs(shape));
        }
      }
    }
  }

  private void findRoles(NodeProto node) {
    switch (node.getOpType()) {
      case "Conv", "ConvTranspose", "Gemm" -> {
        role(node, 1, Role.WEIGHT);
        role(node, 2, Role.SHIFT);
      }
      case "MatMul" -> role(node, 1, Role.WEIGHT);
      case "BatchNormalization" -> {
        role(node, 1, Role.SCALE);
        role(node, 2, Role.SHIFT);
        role(node, 3, Role.SHIFT);
        role(node, 4, Role.VARIANCE);
      }
      case "Add" -> {
        role(node, 0, Role.SHIFT);
        role(node, 1, Role.SHIFT);
      }
      default -> {
        // Other operators' constants are part of the architecture.
      }
    }
  }

  private void role(NodeProto node, int input, Role role) {
    if (input >= node.getInputCount()) {
      return;
    }
    String name = node.getInput(input);
    long[] dims = parameters.get(name);
    if (dims != null && count(dims) > 1) {
      roles.putIfAbsent(name, role);
    }
  }

  private TensorProto tensor(String name, Role role) {
    long[] dims = Objects.requireNonNull(parameters.get(name));
    int count = count(dims);
    // Fan-in: all of (C_out, C_in / groups, kernel...) but the first; of (K, N) the first.
    double fanIn =
        dims.length > 2 ? (double) count / dims[0] : Math.max(dims[0], dims[dims.length - 1]);
    DoubleSupplier distribution =
        switch (role) {
          case WEIGHT -> () -> random.nextGaussian() * Math.sqrt(2 / fanIn);
          case SHIFT -> () -> random.nextGaussian() * 0.1;
          case SCALE, VARIANCE -> () -> 0.5 + random.nextDouble();
        };
    ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putFloat((float) distribution.getAsDouble());
    }
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(FLOAT)
            .setRawData(ByteString.copyFrom(bytes.flip()));
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    return tensor.build();
  }

  private static ValueInfoProto declaration(TensorProto tensor) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : tensor.getDimsList()) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor.Builder type =
        TypeProto.Tensor.newBuilder().setElemType(tensor.getDataType()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(tensor.getName())
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private static long[] dims(List<Long> dims) {
    return dims.stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] longs(TensorProto tensor) {
    if (tensor.getInt64DataCount() > 0) {
      return dims(tensor.getInt64DataList());
    }
    var data = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long[] values = new long[data.remaining() / Long.BYTES];
    data.asLongBuffer().get(values);
    return values;
  }

  private static int count(long[] dims) {
    long count = 1;
    for (long dim : dims) {
      count = Math.multiplyExact(count, dim);
    }
    return Math.toIntExact(count);
  }
}
