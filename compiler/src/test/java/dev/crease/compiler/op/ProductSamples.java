package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.integers;

import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.nn.Einsum;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;

/// Sums of products: Einsum in all its notation, and matrix products of other types than float32.
final class ProductSamples {
  static final List<Sample> ALL = all();

  private ProductSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    oneOperand(samples);
    twoOperands(samples);
    ellipses(samples);
    severalOperands(samples);
    matrices(samples);
    return samples;
  }

  private static void einsum(List<Sample> samples, String equation, Operand... operands) {
    samples.add(Sample.of(equation, new Einsum(equation), operands));
  }

  private static void oneOperand(List<Sample> samples) {
    einsum(samples, "->", floats());
    einsum(samples, "ij", floats(3, 4));
    einsum(samples, "ba", floats(3, 4));
    einsum(samples, "ij -> ji", floats(3, 4));
    einsum(samples, "ijk->ki", floats(3, 4, 5));
    einsum(samples, "ij->", floats(3, 4));
    einsum(samples, "ii->i", floats(4, 4));
    einsum(samples, "ii", floats(4, 4));
    einsum(samples, "ijij->ji", floats(3, 4, 3, 4));
    einsum(samples, "iii->i", floats(3, 3, 3));
    einsum(samples, "bii->bi", floats(2, 3, 3));
    einsum(samples, "...ii->...i", floats(2, 5, 3, 3));
  }

  private static void twoOperands(List<Sample> samples) {
    einsum(samples, "ij,jk->ik", floats(3, 4), floats(4, 5));
    einsum(samples, "ij,jk", floats(3, 4), floats(4, 5));
    einsum(samples, "ij,jk->ki", floats(3, 4), floats(4, 5).known());
    einsum(samples, "i,i->", floats(4), floats(4));
    einsum(samples, "i,j->ij", floats(4), floats(3));
    einsum(samples, "ij,ij->ij", floats(3, 4), floats(3, 4));
    einsum(samples, "ij,ji->ij", floats(3, 4), floats(4, 3));
    einsum(samples, "ij,j->ij", floats(3, 4), floats(4));
    einsum(samples, "bij,bjk->bik", floats(2, 3, 4), floats(2, 4, 5));
    einsum(samples, "bhqd,bhkd->bhqk", floats(2, 3, 4, 5), floats(2, 3, 6, 5));
    einsum(samples, "bijc,cjd->bid", floats(2, 3, 4, 5), floats(5, 4, 6));
    einsum(samples, "abcd,ecdf->aebf", floats(2, 3, 4, 5), floats(6, 4, 5, 2));
    einsum(samples, "ij,k->k", floats(3, 4), floats(5));
    einsum(samples, "iji,jk->ik", floats(3, 4, 3), floats(4, 5));
    einsum(samples, "ij,jk->i", floats(3, 4), floats(4, 5));
    einsum(samples, "ij,jk->ik", floats(3, 0), floats(0, 5));
    einsum(samples, "Aa,aB->BA", floats(3, 4), floats(4, 2));
    for (ElementType type : TypeSets.INTEGERS) {
      samples.add(
          Sample.of(
              "product of " + type,
              new Einsum("ij,jk->ik"),
              integers(type, 2, 3),
              integers(type, 3, 2)));
      samples.add(Sample.of("diagonal of " + type, new Einsum("ii->i"), integers(type, 3, 3)));
    }
    Operand doubles = floats(3, 4).as(ElementType.FLOAT64);
    samples.add(Sample.of("float64", new Einsum("ij,kj->ik"), doubles, doubles));
  }

  private static void ellipses(List<Sample> samples) {
    einsum(samples, "...", floats(2, 3));
    einsum(samples, "...ij->...ji", floats(2, 3, 4));
    einsum(samples, "...ij,...jk->...ik", floats(2, 3, 4), floats(2, 4, 5));
    einsum(samples, "...ij,...jk", floats(2, 1, 3, 4), floats(5, 4, 2));
    einsum(samples, "i...,i...->...", floats(3, 4, 5), floats(3, 1, 5));
    einsum(samples, "...i,...i->", floats(2, 3), floats(2, 3));
    einsum(samples, "b...d,...d->b...", floats(2, 3, 4), floats(3, 4));
  }

  private static void severalOperands(List<Sample> samples) {
    einsum(samples, "ij,jk,kl->il", floats(2, 3), floats(3, 4), floats(4, 5));
    einsum(samples, "i,i,i->i", floats(4), floats(4), floats(4));
    einsum(samples, "i,j,k->kji", floats(2), floats(3), floats(4));
    einsum(samples, "ij,ik,il->jkl", floats(2, 3), floats(2, 4), floats(2, 2));
    einsum(samples, "ab,bc,cd,de->ae", floats(2, 2), floats(2, 3), floats(3, 2), floats(2, 2));
  }

  private static void matrices(List<Sample> samples) {
    Op product = new MatMul();
    List<ElementType> types =
        List.of(
            ElementType.FLOAT64,
            ElementType.INT32,
            ElementType.INT64,
            ElementType.UINT32,
            ElementType.UINT64);
    for (ElementType type : types) {
      Operand a = integers(type, 3, 4);
      Operand b = integers(type, 4, 5);
      samples.add(Sample.of(type + " matrices", product, a, b));
      samples.add(
          Sample.of(
              type + " batches", product, integers(type, 2, 1, 3, 4), integers(type, 3, 4, 2)));
      samples.add(Sample.of(type + " row", product, integers(type, 4), b));
      samples.add(Sample.of(type + " column", product, a, integers(type, 4)));
      samples.add(Sample.of(type + " dot", product, integers(type, 4), integers(type, 4)));
      for (int i = 0; i < 4; i++) {
        Op gemm = new Gemm(1, 1, i % 2 == 1, i >= 2);
        Operand left = i % 2 == 1 ? integers(type, 4, 3) : a;
        Operand right = i >= 2 ? integers(type, 5, 4) : b;
        samples.add(Sample.of(type + " Gemm " + i, gemm, left, right, integers(type, 5)));
      }
      samples.add(Sample.of(type + " no addend", new Gemm(1, 3, false, false), a, b));
    }
    Operand a = floats(3, 4).as(ElementType.FLOAT64);
    Operand b = floats(4, 5).as(ElementType.FLOAT64);
    Operand c = floats(3, 1).as(ElementType.FLOAT64);
    samples.add(Sample.of("f64 scaled", new Gemm(0.75f, -2, false, false), a, b, c));
    samples.add(
        Sample.of(
            "f64 no depth",
            product,
            floats(3, 0).as(ElementType.FLOAT64),
            floats(0, 2).as(ElementType.FLOAT64)));
    samples.add(Sample.of("f64", new Variadic(Variadic.Function.MEAN), a, a, c));
  }
}
