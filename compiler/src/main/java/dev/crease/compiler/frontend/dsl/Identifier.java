package dev.crease.compiler.frontend.dsl;

/// A name as written.
///
/// @param quoted whether it was in backquotes, so that a dot is part of it
record Identifier(String text, boolean quoted, Position position) {}
