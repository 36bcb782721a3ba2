/// The languages Crease reads, as generated code and nothing else: the Crease text form (ANTLR) and
/// ONNX (Protocol Buffers).
module dev.crease.grammar {
  requires transitive com.google.protobuf;
  requires transitive org.antlr.antlr4.runtime;

  exports dev.crease.grammar.onnx;
  exports dev.crease.grammar.text;
}
