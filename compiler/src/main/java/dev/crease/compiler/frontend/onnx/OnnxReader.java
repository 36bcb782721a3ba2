package dev.crease.compiler.frontend.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.frontend.ModelFolder;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.StringStringEntryProto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/// Reads ONNX models of IR version 3 or later and operator set 6 or later.
///
/// Weights are not copied: the file, and files of external data beside it, are mapped into memory
/// and stay so as long as a constant of the graph refers to them; do not change the files
/// meanwhile.
public final class OnnxReader {
  private static final int OLDEST_IR = 3;
  private static final int NEWEST_IR = 13;

  private OnnxReader() {}

  /// The model in `path`, read as the specification says.
  ///
  /// @throws InvalidModelException if the file cannot be read or breaks a rule of the format; the
  ///   message says where
  /// @throws UnsupportedModelException with everything in the model that is not supported
  public static Model read(Path path) {
    return read(path, OnnxOptions.DEFAULT).model();
  }

  /// As [#read(Path)], with options, and telling what the graph does not.
  public static OnnxImport read(Path path, OnnxOptions options) {
    return reading(
        path,
        (file, bytes) -> {
          Path folder = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path);
          return read(file, bytes, new ExternalData(file, Optional.of(folder)), options);
        });
  }

  /// The message in a file, without weights.
  ///
  /// @throws InvalidModelException if the file cannot be read
  static ModelProto parse(Path path) {
    return reading(path, OnnxReader::parse);
  }

  private static <T> T reading(Path path, BiFunction<String, MemorySegment, T> read) {
    String file = path.toString();
    if (!Files.isRegularFile(path)) {
      throw new InvalidModelException(
          file + (Files.exists(path) ? " is not a file" : " does not exist"));
    }
    try {
      return read.apply(file, ModelFolder.map(path));
    } catch (IOException e) {
      throw new InvalidModelException(file + " cannot be read: " + e, e);
    }
  }

  /// The model in an array, which must not change as long as the model is used. It cannot have
  /// external data.
  ///
  /// @param name what to call it in messages
  public static OnnxImport read(String name, byte[] bytes, OnnxOptions options) {
    ExternalData none = new ExternalData(name, Optional.empty());
    return read(name, MemorySegment.ofArray(bytes), none, options);
  }

  private static OnnxImport read(
      String file, MemorySegment bytes, ExternalData external, OnnxOptions options) {
    try {
      return build(file, bytes, external, options);
    } catch (OutOfMemoryError e) {
      // A few bytes can stand for many objects, and a function for many nodes. What was read is
      // garbage by now, so there is memory again.
      throw new InvalidModelException(
          "%s does not fit into memory; start with a larger heap (-Xmx)".formatted(file), e);
    }
  }

  private static OnnxImport build(
      String file, MemorySegment bytes, ExternalData external, OnnxOptions options) {
    ModelProto model = parse(file, bytes);
    int irVersion = checkVersion(file, model);
    Opsets opsets = Opsets.of(model.getOpsetImportList(), file);
    Set<String> names = ValueNames.defined(model.getGraph());
    FunctionInliner functions = new FunctionInliner(file, model.getFunctionsList(), names);
    new SupportScan(file, functions).check(model.getGraph(), opsets);
    boolean overridable = irVersion >= 4 && !options.initializersAreConstant();
    TensorReader tensors = new TensorReader(file, bytes, external);
    GraphReader reader = new GraphReader(file, overridable, functions, tensors, names);
    Graph graph = reader.read(model.getGraph(), opsets);
    List<String> unlocked = irVersion >= 4 ? reader.constantInputs() : List.of();
    return new OnnxImport(
        new Model(graph, producer(model), model.getDocString(), metadata(model)),
        irVersion,
        opsets.version("").orElse(0),
        unlocked);
  }

  private static ModelProto parse(String file, MemorySegment bytes) {
    try {
      byte[] skeleton = WeightCutter.cutModel(file, bytes);
      return ModelProto.parseFrom(CodedInputStream.newInstance(skeleton));
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidModelException(
          "%s is not an ONNX file, or is damaged: %s".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw new IllegalStateException("an array cannot fail to be read", e);
    }
  }

  private static int checkVersion(String file, ModelProto model) {
    if (!model.hasGraph()) {
      throw new InvalidModelException(file + " is not an ONNX model: it has no graph");
    }
    if (!model.hasIrVersion()) {
      throw new InvalidModelException(file + " does not say its IR version");
    }
    long version = model.getIrVersion();
    if (version < OLDEST_IR || version > NEWEST_IR) {
      throw new UnsupportedModelException(
          List.of(
              "%s is of IR version %d; supported are %d to %d"
                  .formatted(file, version, OLDEST_IR, NEWEST_IR)));
    }
    if (model.getOpsetImportCount() == 0) {
      throw new InvalidModelException(file + " imports no operator set");
    }
    return (int) version;
  }

  private static String producer(ModelProto model) {
    List<String> parts = new ArrayList<>();
    for (String part : List.of(model.getProducerName(), model.getProducerVersion())) {
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return String.join(" ", parts);
  }

  private static Map<String, String> metadata(ModelProto model) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    return metadata;
  }
}
