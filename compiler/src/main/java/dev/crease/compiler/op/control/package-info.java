/// Operators with subgraphs.
@NullMarked
package dev.crease.compiler.op.control;

import org.jspecify.annotations.NullMarked;
