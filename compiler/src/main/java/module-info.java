/// Compiles models: files to graphs, graphs to plans, and the command line.
module dev.crease.compiler {
  requires static org.jspecify;
  requires dev.crease.grammar;
  requires transitive dev.crease.runtime;
  requires info.picocli;

  exports dev.crease.compiler;
  exports dev.crease.compiler.ir;
  exports dev.crease.compiler.op;
}
