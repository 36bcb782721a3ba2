package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.OperatorSetIdProto;
import dev.crease.grammar.onnx.StringStringEntryProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Writes models as ONNX files, in the oldest operator set (13 or later) that has all their
/// operators in the form Crease knows, so that as many other tools as possible can read them.
///
/// Reading a written model gives an equal model.
public final class OnnxWriter {
  private static final int OLDEST_OPSET = 13;

  /// A file of this format cannot exceed 2 GiB; beyond half of that, weights go into a second file.
  private static final long MAX_INLINE_BYTES = 1L << 30;

  /// Tensors smaller than this stay in the model all the same.
  private static final int MIN_EXTERNAL_BYTES = 1024;

  /// External tensors begin at multiples of a page, so they can be mapped.
  private static final int PAGE = 4096;

  private OnnxWriter() {}

  /// Writes `path`, and `path` with `.data` appended if the weights exceed 1 GiB. Files of these
  /// names are replaced when the new ones are complete.
  ///
  /// @throws UnsupportedModelException if the graph holds operators that ONNX does not know
  /// @throws IOException if the files cannot be written
  public static void write(Model model, Path path) throws IOException {
    write(model, path, MAX_INLINE_BYTES);
  }

  /// @param maxInlineBytes above how many bytes of weights a second file is written
  static void write(Model model, Path path, long maxInlineBytes) throws IOException {
    if (weightBytes(model.graph()) <= maxInlineBytes) {
      ModelProto file = build(model, TensorWriter::write);
      AtomicFile.write(path, file::writeTo);
      return;
    }
    Path name = path.getFileName();
    if (name == null) {
      throw new IOException(path + " is a folder");
    }
    String location = name + ".data";
    ModelProto[] file = new ModelProto[1];
    AtomicFile.write(
        path.resolveSibling(location),
        out -> file[0] = build(model, new ExternalWeights(location, out)::write));
    AtomicFile.write(path, out -> file[0].writeTo(out));
  }

  /// The bytes of the file, with all weights in it.
  public static byte[] toBytes(Model model) {
    try {
      return build(model, TensorWriter::write).toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("an array cannot fail to be written", e);
    }
  }

  private static long weightBytes(Graph graph) {
    return graph
        .allGraphs()
        .flatMap(
            each ->
                Stream.concat(
                    each.constants().values().stream(), each.defaults().values().stream()))
        .mapToLong(constant -> (long) constant.elements() * constant.element().bytes())
        .sum();
  }

  private static ModelProto build(Model model, GraphWriter.Weights weights) throws IOException {
    GraphWriter writer = new GraphWriter(weights, OLDEST_OPSET);
    GraphProto graph = writer.write(model.graph());
    ModelProto.Builder out = ModelProto.newBuilder().setGraph(graph);
    out.setIrVersion(irVersion(writer.opset()));
    out.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(writer.opset()));
    if (!model.producer().isEmpty()) {
      out.setProducerName(model.producer());
    }
    if (!model.documentation().isEmpty()) {
      out.setDocString(model.documentation());
    }
    model
        .metadata()
        .forEach(
            (key, value) ->
                out.addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return out.build();
  }

  /// The version of the file format that was current when the operator set was published.
  private static int irVersion(int opset) {
    if (opset <= 14) {
      return 7;
    } else if (opset <= 18) {
      return 8;
    } else if (opset <= 20) {
      return 9;
    } else if (opset <= 22) {
      return 10;
    } else if (opset == 23) {
      return 11;
    } else if (opset == 24) {
      return 12;
    }
    return 13;
  }

  /// Weights in a file of their own, one tensor after the other.
  private static final class ExternalWeights {
    private final String location;
    private final OutputStream out;
    private long position;

    ExternalWeights(String location, OutputStream out) {
      this.location = location;
      this.out = out;
    }

    TensorProto write(String name, Constant constant) throws IOException {
      long bytes = (long) constant.elements() * constant.element().bytes();
      if (constant.element() == ElementType.STRING || bytes < MIN_EXTERNAL_BYTES) {
        return TensorWriter.write(name, constant);
      }
      long offset = (position + PAGE - 1) / PAGE * PAGE;
      out.write(new byte[(int) (offset - position)]);
      out.write(TensorWriter.bytes(constant.element(), constant.array()));
      position = offset + bytes;
      return TensorWriter.header(name, constant)
          .setDataLocation(TensorProto.DataLocation.EXTERNAL)
          .addExternalData(entry("location", location))
          .addExternalData(entry("offset", Long.toString(offset)))
          .addExternalData(entry("length", Long.toString(bytes)))
          .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
      return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
  }
}
