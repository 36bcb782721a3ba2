package dev.crease.samples.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// The least program that runs a model with ONNX Runtime, as it is set up by default: a model, then
/// for each input its name, its dimensions with commas, and a file of its elements in float32.
/// Prints the names of the outputs.
final class OnnxRuntimeStart {
  private OnnxRuntimeStart() {}

  public static void main(String... arguments) throws OrtException, IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(arguments[0])) {
      Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
      for (int i = 1; i < arguments.length; i += 3) {
        long[] shape =
            Arrays.stream(arguments[i + 1].split(",")).mapToLong(Long::parseLong).toArray();
        byte[] bytes = Files.readAllBytes(Path.of(arguments[i + 2]));
        ByteBuffer elements = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        inputs.put(
            arguments[i], OnnxTensor.createTensor(environment, elements.asFloatBuffer(), shape));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        result.get(0);
        System.out.println(session.getOutputNames());
      }
    }
  }
}
