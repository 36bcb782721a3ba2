package dev.crease.samples.embeddings;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/// The same embeddings by others: Hugging Face's tokenizer and ONNX Runtime, one sentence at a time
/// and without padding.
final class Reference implements AutoCloseable {
  private final OrtEnvironment environment;
  private final HuggingFaceTokenizer tokenizer;
  private final OrtSession session;

  Reference() throws IOException, OrtException {
    tokenizer = tokenizer();
    environment = OrtEnvironment.getEnvironment();
    session = environment.createSession(Model.ONNX.toString());
  }

  static HuggingFaceTokenizer tokenizer() throws IOException {
    return HuggingFaceTokenizer.builder()
        .optTokenizerPath(Model.TOKENIZER)
        .optPadding(false)
        .build();
  }

  double[] embed(String sentence) throws OrtException {
    Encoding encoding = tokenizer.encode(sentence);
    try (OnnxTensor ids = row(encoding.getIds());
        OnnxTensor mask = row(encoding.getAttentionMask());
        OnnxTensor types = row(encoding.getTypeIds());
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      float[][][] states = (float[][][]) result.get(0).getValue();
      double[] mean = new double[states[0][0].length];
      for (float[] state : states[0]) {
        for (int i = 0; i < mean.length; i++) {
          mean[i] += (double) state[i] / states[0].length;
        }
      }
      double length = Math.sqrt(Arrays.stream(mean).map(x -> x * x).sum());
      return Arrays.stream(mean).map(x -> x / length).toArray();
    }
  }

  private OnnxTensor row(long[] values) throws OrtException {
    return OnnxTensor.createTensor(environment, new long[][] {values});
  }

  @Override
  public void close() throws OrtException {
    session.close();
    tokenizer.close();
  }
}
