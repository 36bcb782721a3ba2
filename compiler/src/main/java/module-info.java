/// Compiles models: files to graphs, graphs to plans, and the command line.
module dev.crease.compiler {
  requires static org.jspecify;
  requires dev.crease.grammar;
  requires transitive dev.crease.runtime;
  requires com.google.gson;
  requires info.picocli;
  requires java.desktop;
  requires jdk.jfr;
  requires me.tongfei.progressbar;

  exports dev.crease.compiler;
  exports dev.crease.compiler.ir;
  exports dev.crease.compiler.op;
  exports dev.crease.compiler.pass;

  uses dev.crease.compiler.op.Definitions;

  provides dev.crease.compiler.op.Definitions with
      dev.crease.compiler.frontend.dsl.OperatorTexts;
  provides dev.crease.runtime.PictureDecoder with
      dev.crease.compiler.cli.PictureFiles;

  opens dev.crease.compiler.cli to
      info.picocli;
}
