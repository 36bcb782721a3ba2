/// Normalizations by statistics of what they are given: layers, groups, instances, norms.
package dev.crease.compiler.op.normalization;
