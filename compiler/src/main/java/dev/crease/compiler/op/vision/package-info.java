/// Operators on regions of pictures: what reads a picture between its pixels, and boxes in it.
package dev.crease.compiler.op.vision;
