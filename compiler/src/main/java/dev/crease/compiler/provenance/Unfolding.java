package dev.crease.compiler.provenance;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.GraphCopy;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `f(x, W', b') -> BatchNormalization(f(x, W' / s), scale, shift, mean', variance)` with `s =
/// scale / sqrt(variance + epsilon)` and `mean' = (shift - b') / s`: the form that training needs,
/// for each operator that a normalization was folded into.
///
/// A mean that comes out as it was, but for rounding, is as it was. Where `s = 0` the weights are
/// lost: they stay as they are (zeros), and the shift becomes `b'`.
public final class Unfolding {
  /// Of the size of what is added: the mean of the folded bias is known no better.
  private static final double ROUNDING = 0x1p-21;

  private static final String SUFFIX = ".folded";

  private final Map<Node, Fold> folds = new LinkedHashMap<>();
  private final List<String> restored = new ArrayList<>();
  private final List<String> notes;

  private Unfolding(List<String> notes) {
    this.notes = notes;
  }

  /// @param restored one line for each normalization that is there again
  /// @param notes one line for each that is not, or not wholly
  public record Result(Model model, List<String> restored, List<String> notes) {
    public Result {
      restored = List.copyOf(restored);
      notes = List.copyOf(notes);
    }
  }

  /// Restores what the metadata of an optimized model tells, and drops that entry.
  ///
  /// @throws InvalidModelException if it tells nothing, or is damaged
  public static Result of(Model model) {
    Folds given =
        Folds.of(model)
            .orElseThrow(
                () ->
                    new InvalidModelException(
                        "the model has no metadata %s, so nothing can be put back: it was not written"
                                .formatted(Provenance.METADATA)
                            + " by `crease convert --optimized`, or nothing was folded"));
    Unfolding unfolding = new Unfolding(new ArrayList<>(given.others()));
    given.folds().forEach(fold -> unfolding.find(model.graph(), fold));
    Set<Value> wanted = unfolding.wanted(model.graph());
    Graph graph = unfolding.unfolded(new GraphCopy(model.graph(), wanted), wanted);
    Map<String, String> metadata = new LinkedHashMap<>(model.metadata());
    metadata.remove(Provenance.METADATA);
    return new Result(model.with(graph).with(metadata), unfolding.restored, unfolding.notes);
  }

  private void find(Graph model, Fold fold) {
    List<Operator> found = new ArrayList<>();
    for (Graph graph : model.allGraphs().toList()) {
      for (Node node : graph.nodes()) {
        if (node.input(1).name().equals(fold.weights())
            && node.input(2).name().equals(fold.bias())) {
          Operator.of(graph, node).ifPresent(found::add);
        }
      }
    }
    Optional<String> obstacle =
        found.size() == 1
            ? obstacle(found.getFirst(), fold)
            : Optional.of(
                "%d operators read the weights `%s`".formatted(found.size(), fold.weights()));
    if (obstacle.isPresent()) {
      notes.add(
          "BatchNormalization `%s` is left folded: %s".formatted(fold.name(), obstacle.get()));
    } else {
      folds.put(found.getFirst().node(), fold);
    }
  }

  private static Optional<String> obstacle(Operator operator, Fold fold) {
    if (operator.channels() != fold.channels()) {
      return Optional.of(
          "%s has %d channels, not %d"
              .formatted(operator.node().label(), operator.channels(), fold.channels()));
    }
    boolean fused =
        operator.node().op() instanceof FusedConv conv
            && (!conv.activation().equals(Activation.NONE)
                || operator.node().hasInput(FusedConv.RESIDUAL));
    if (fused) {
      return Optional.of(
          operator.node().label()
              + " also computes what followed it; optimize to .onnx, where each is an operator");
    }
    ElementType element = operator.weights().element();
    double[] weights = weights(operator, fold);
    boolean finite =
        Arrays.stream(Elements.toDoubles(element, Elements.fromDoubles(element, weights)))
            .allMatch(Double::isFinite);
    return finite ? Optional.empty() : Optional.of("its weights would not be finite");
  }

  private static double[] weights(Operator operator, Fold fold) {
    double[] weights = operator.weights().doubles();
    int[] channels = operator.channelOfEachWeight();
    for (int i = 0; i < weights.length; i++) {
      double slope = fold.slope(channels[i]);
      weights[i] = slope == 0 ? weights[i] : weights[i] / slope;
    }
    return weights;
  }

  /// Constants that are read by more than what is unfolded.
  private Set<Value> wanted(Graph model) {
    Set<Value> read = new HashSet<>();
    model
        .allGraphs()
        .forEach(
            graph -> {
              read.addAll(graph.outputs());
              for (Node node : graph.nodes()) {
                Set<Value> operands = new LinkedHashSet<>(node.inputs());
                if (folds.containsKey(node)) {
                  operands.remove(node.input(1));
                  operands.remove(node.input(2));
                }
                read.addAll(operands);
              }
            });
    return read;
  }

  private Graph unfolded(GraphCopy copy, Set<Value> wanted) {
    for (Node node : copy.source().nodes()) {
      Fold fold = folds.get(node);
      if (fold == null) {
        copy.add(
            node,
            ControlFlow.changed(node.op(), inner -> unfolded(copy.inside(inner, wanted), wanted)));
      } else {
        unfold(copy, node, fold);
      }
    }
    return copy.build();
  }

  private void unfold(GraphCopy copy, Node node, Fold fold) {
    Operator operator = new Operator(copy.source(), node);
    GraphBuilder out = copy.target();
    Constant folded = operator.weights();
    Constant weights =
        Constant.derived(folded.element(), folded.dims(), () -> weights(operator, fold));
    List<Value> operands = new ArrayList<>(node.inputs().stream().map(copy::map).toList());
    operands.set(1, out.constant(out.freshName(stem(node.input(1).name())), weights));
    if (node.hasInput(2)) {
      operands.set(2, Value.ABSENT);
    }
    Value product =
        out.add(node.name(), node.op(), operands, List.of(out.freshName(node.output().name())))
            .getFirst();
    copy.put(node.output(), normalized(out, product, node, fold, operator.bias()));
  }

  private Value normalized(GraphBuilder out, Value product, Node node, Fold fold, double[] bias) {
    Value result = node.output();
    double[] mean = fold.mean().clone();
    double[] shift = fold.shift().clone();
    int lost = 0;
    for (int c = 0; c < mean.length; c++) {
      double slope = fold.slope(c);
      if (slope == 0) {
        shift[c] = bias[c];
        lost++;
        continue;
      }
      double computed = (shift[c] - bias[c]) / slope;
      double size = (Math.abs(shift[c]) + Math.abs(bias[c])) / Math.abs(slope) + Math.abs(mean[c]);
      mean[c] = Math.abs(computed - mean[c]) <= ROUNDING * size ? mean[c] : computed;
    }
    String label = "BatchNormalization `%s`".formatted(fold.name());
    restored.add(label + " stands behind " + node.label());
    if (lost > 0) {
      notes.add(
          "%s: in %d of %d channels the scale is 0, so their weights are lost"
              .formatted(label, lost, mean.length));
    }
    ElementType element = product.type().element();
    List<Value> operands = new ArrayList<>(List.of(product));
    Map<String, double[]> parameters = new LinkedHashMap<>();
    parameters.put("scale", fold.scale());
    parameters.put("bias", shift);
    parameters.put("mean", mean);
    parameters.put("variance", fold.variance());
    parameters.forEach(
        (name, values) ->
            operands.add(
                out.constant(
                    out.freshName(result.name() + "." + name), Fold.vector(element, values))));
    return out.add(
            fold.name(),
            new BatchNormalization(fold.epsilon(), fold.momentum(), false),
            operands,
            List.of(result.name()),
            Map.of(result.name(), result.type()))
        .getFirst();
  }

  /// The name of weights before they were folded.
  private static String stem(String name) {
    int at = name.indexOf(SUFFIX);
    return at > 0 ? name.substring(0, at) : name;
  }
}
