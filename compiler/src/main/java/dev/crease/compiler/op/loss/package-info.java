/// Losses: how far predictions are from what is right.
package dev.crease.compiler.op.loss;
