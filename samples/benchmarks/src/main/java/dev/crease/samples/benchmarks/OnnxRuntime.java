package dev.crease.samples.benchmarks;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// A model in ONNX Runtime, as it is or with all of its optimizations. Inputs and outputs are f32,
/// f64, i32, i64, or bool, and were copied to it before the first run.
final class OnnxRuntime implements Engine {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();

  /// @throws OrtException if it cannot load the model, or the inputs do not fit
  OnnxRuntime(Path model, OptLevel optimization, int threads, Map<String, Tensor> inputs)
      throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(optimization);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      session = environment.createSession(model.toString(), options);
    }
    for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
      this.inputs.put(input.getKey(), copy(input.getValue()));
    }
  }

  @Override
  public void run() {
    result().close();
  }

  @Override
  public Map<String, Tensor> outputs() {
    try (OrtSession.Result result = result()) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        outputs.put(output.getKey(), copy((OnnxTensor) output.getValue()));
      }
      return outputs;
    }
  }

  private OrtSession.Result result() {
    try {
      return session.run(inputs);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
    }
  }

  private OnnxTensor copy(Tensor tensor) throws OrtException {
    long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
    return switch (tensor.type()) {
      case FLOAT32 ->
          OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensor.floats()), shape);
      case FLOAT64 ->
          OnnxTensor.createTensor(environment, DoubleBuffer.wrap(tensor.doubles()), shape);
      case INT32 -> OnnxTensor.createTensor(environment, IntBuffer.wrap(tensor.ints()), shape);
      case INT64 -> OnnxTensor.createTensor(environment, LongBuffer.wrap(tensor.longs()), shape);
      case BOOL ->
          OnnxTensor.createTensor(
              environment, ByteBuffer.wrap(tensor.bytes()), shape, OnnxJavaType.BOOL);
      default -> throw new IllegalArgumentException("an input is of type " + tensor.type());
    };
  }

  private static Tensor copy(OnnxTensor tensor) {
    int[] shape = Arrays.stream(tensor.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    return switch (tensor.getInfo().type) {
      case FLOAT -> {
        FloatBuffer elements = tensor.getFloatBuffer();
        float[] values = new float[elements.remaining()];
        elements.get(values);
        yield Tensor.of(values, shape);
      }
      case DOUBLE -> {
        DoubleBuffer elements = tensor.getDoubleBuffer();
        double[] values = new double[elements.remaining()];
        elements.get(values);
        yield Tensor.of(values, shape);
      }
      case INT32 -> {
        IntBuffer elements = tensor.getIntBuffer();
        int[] values = new int[elements.remaining()];
        elements.get(values);
        yield Tensor.of(values, shape);
      }
      case INT64 -> {
        LongBuffer elements = tensor.getLongBuffer();
        long[] values = new long[elements.remaining()];
        elements.get(values);
        yield Tensor.of(values, shape);
      }
      case BOOL -> {
        ByteBuffer elements = tensor.getByteBuffer();
        byte[] values = new byte[elements.remaining()];
        elements.get(values);
        yield Tensor.of(ElementType.BOOL, values, shape);
      }
      default ->
          throw new IllegalArgumentException("an output is of type " + tensor.getInfo().type);
    };
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close its session", e);
    }
  }
}
