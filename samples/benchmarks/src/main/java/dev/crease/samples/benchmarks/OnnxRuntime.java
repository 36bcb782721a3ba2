package dev.crease.samples.benchmarks;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.crease.runtime.Tensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// A model in ONNX Runtime, on one thread, as it is or optimized. Inputs are f32, outputs f32 or
/// i64.
final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxRuntime(byte[] model, boolean optimized) throws OrtException {
    try (var options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(
          optimized
              ? OrtSession.SessionOptions.OptLevel.ALL_OPT
              : OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      session = environment.createSession(model, options);
    }
  }

  Map<String, Tensor> run(Map<String, Tensor> inputs) throws OrtException {
    Map<String, OnnxTensor> given = new HashMap<>();
    try {
      for (Map.Entry<String, Tensor> entry : inputs.entrySet()) {
        Tensor tensor = entry.getValue();
        long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
        FloatBuffer elements = FloatBuffer.wrap(tensor.floats());
        given.put(entry.getKey(), OnnxTensor.createTensor(environment, elements, shape));
      }
      try (OrtSession.Result result = session.run(given)) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (var entry : result) {
          outputs.put(entry.getKey(), copy((OnnxTensor) entry.getValue()));
        }
        return outputs;
      }
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  private static Tensor copy(OnnxTensor tensor) {
    int[] shape = Arrays.stream(tensor.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    if (tensor.getInfo().type == OnnxJavaType.INT64) {
      LongBuffer elements = tensor.getLongBuffer();
      long[] values = new long[elements.remaining()];
      elements.get(values);
      return Tensor.of(values, shape);
    }
    FloatBuffer elements = tensor.getFloatBuffer();
    float[] values = new float[elements.remaining()];
    elements.get(values);
    return Tensor.of(values, shape);
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
