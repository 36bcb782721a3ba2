/// Operators with subgraphs.
package dev.crease.compiler.op.control;
