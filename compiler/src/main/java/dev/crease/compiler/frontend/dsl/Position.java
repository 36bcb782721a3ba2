package dev.crease.compiler.frontend.dsl;

/// A place in a text.
///
/// @param line counted from 1
/// @param column counted from 0
record Position(Source source, int line, int column) {
  Fault fault(String message) {
    return new Fault(this, message);
  }

  String excerpt() {
    return source.excerpt(line, column);
  }

  /// `model.crease:3:15`, columns counted from 1 as editors do.
  @Override
  public String toString() {
    return source.name() + ":" + line + ":" + (column + 1);
  }
}
