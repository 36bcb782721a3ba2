module dev.crease.compiler {
  requires static org.jspecify;
  requires dev.crease.grammar;
  requires transitive dev.crease.runtime;
  requires info.picocli;

  exports dev.crease.compiler;
}
