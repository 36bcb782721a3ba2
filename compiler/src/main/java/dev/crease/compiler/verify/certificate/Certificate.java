package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.runtime.ElementType;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Judges one rewrite: whether its two graphs are one function over the real numbers.
public final class Certificate {
  private Certificate() {}

  /// Proves or refutes that `after` computes what `before` does. Independent of all other rewrites,
  /// so many can be judged at a time.
  public static Finding of(Replacement replacement) {
    Graph before = replacement.before();
    Graph after = replacement.after();
    if (after.inputs().isEmpty() && after.nodes().isEmpty() && !before.inputs().isEmpty()) {
      return new Finding.NotCovered(
          "the result is constant; %s may be constants by another rewrite"
              .formatted(before.inputs()));
    }
    try {
      Map<String, Form> inputs = new LinkedHashMap<>();
      Map<String, Form> images = new HashMap<>();
      for (int i = 0; i < replacement.images().size(); i++) {
        Value input = before.inputs().get(i);
        String image = replacement.images().get(i).name();
        Form atom = images.computeIfAbsent(image, _ -> input(input));
        inputs.put(input.name(), atom);
      }
      Region region = new Region();
      List<Form> expected = region.evaluate(before, inputs, true);
      List<Form> got = region.evaluate(after, images, false);
      return compare(before.outputs(), expected, after.outputs(), got, stored(before, after));
    } catch (NotCoveredException e) {
      return new Finding.NotCovered(String.valueOf(e.getMessage()));
    }
  }

  /// The type with the largest units of what `after` stores and `before` does not; empty if that is
  /// nothing.
  private static Optional<ElementType> stored(Graph before, Graph after) {
    Set<Constant> given = Collections.newSetFromMap(new IdentityHashMap<>());
    given.addAll(before.constants().values());
    return after.constants().values().stream()
        .filter(constant -> constant.element().isFloating() && !given.contains(constant))
        .map(Constant::element)
        .max(Comparator.comparingDouble(element -> Ulp.of(element, 1)));
  }

  private static Form input(Value input) {
    return Atom.input("`" + input.name() + "`", input.type()).unit();
  }

  private static Finding compare(
      List<Value> before,
      List<Form> expected,
      List<Value> after,
      List<Form> got,
      Optional<ElementType> stored) {
    boolean computed = stored.isPresent();
    Judge whole = new Judge(ElementType.FLOAT32, computed);
    FormComparison comparison = new FormComparison();
    for (int i = 0; i < before.size(); i++) {
      TensorType type = before.get(i).type();
      String where = "output `%s`".formatted(before.get(i).name());
      Judge judge = new Judge(stored.orElse(type.element()), computed);
      compareTypes(type, after.get(i).type(), where, judge);
      if (!judge.isProved()) {
        whole.add(judge);
        continue;
      }
      if (expected.get(i) instanceof Affine a && got.get(i) instanceof Affine b) {
        comparison.compare(a, b, where, judge);
      } else if (expected.get(i) instanceof Form.Whole a && got.get(i) instanceof Form.Whole b) {
        if (!a.constant().equals(b.constant())) {
          judge.refute(
              where, a.constant().toString(), "another constant of " + b.constant().type());
        }
      } else {
        judge.leave(where + " is computed from integers");
      }
      whole.add(judge);
    }
    return whole.finding();
  }

  /// Dimensions must be one expression; where one depends on data, nothing tells.
  private static void compareTypes(TensorType a, TensorType b, String where, Judge judge) {
    if (!a.agreesWith(b)) {
      judge.refute(where, a.toString(), b.toString());
    } else if (!a.equals(b) && a.dims().stream().noneMatch(Dim::dependsOnData)) {
      judge.leave("%s is %s, not known to be %s".formatted(where, a, b));
    }
  }
}
