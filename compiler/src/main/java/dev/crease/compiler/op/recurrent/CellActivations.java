package dev.crease.compiler.op.recurrent;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Cell;
import java.util.ArrayList;
import java.util.List;

/// The functions f, g, h of a cell for one direction, with their parameters.
record CellActivations(List<CellFunction> functions, List<Float> alphas, List<Float> betas) {
  CellActivations {
    functions = List.copyOf(functions);
    alphas = List.copyOf(alphas);
    betas = List.copyOf(betas);
  }

  /// Those of a direction among all that the attributes list. Parameters are given to those
  /// functions that take one, in the order of the functions.
  ///
  /// @param names of all directions, empty for the defaults
  /// @throws IllegalArgumentException if a name is unknown, or there are too few
  static CellActivations of(
      Cell cell, int direction, List<String> names, List<Float> alphas, List<Float> betas) {
    int count = cell.activations();
    List<CellFunction> all = names.stream().map(CellFunction::of).toList();
    if (!names.isEmpty() && names.size() < (direction + 1) * count) {
      throw new IllegalArgumentException(
          "activations are %s, expected %d for each direction".formatted(names, count));
    }
    List<CellFunction> own = new ArrayList<>();
    List<Float> ownAlphas = new ArrayList<>();
    List<Float> ownBetas = new ArrayList<>();
    int alpha = 0;
    int beta = 0;
    for (int i = 0; i < (direction + 1) * count; i++) {
      CellFunction function = all.isEmpty() ? standard(cell, i % count) : all.get(i);
      boolean hasAlpha = function.takesAlpha() && alpha < alphas.size();
      boolean hasBeta = function.takesBeta() && beta < betas.size();
      float a = hasAlpha ? alphas.get(alpha++) : function.alpha;
      float b = hasBeta ? betas.get(beta++) : function.beta;
      if (i >= direction * count) {
        own.add(function);
        ownAlphas.add(a);
        ownBetas.add(b);
      }
    }
    return new CellActivations(own, ownAlphas, ownBetas);
  }

  private static CellFunction standard(Cell cell, int which) {
    return cell != Cell.RNN && which == 0 ? CellFunction.SIGMOID : CellFunction.TANH;
  }

  /// Function number `which` of what is clipped first.
  double apply(int which, double x, double clip) {
    double within = clip > 0 ? Math.clamp(x, -clip, clip) : x;
    return functions.get(which).apply(within, alphas.get(which), betas.get(which));
  }

  List<Activation> lowered() {
    List<Activation> lowered = new ArrayList<>();
    for (int i = 0; i < functions.size(); i++) {
      lowered.add(functions.get(i).lowered(alphas.get(i), betas.get(i)));
    }
    return lowered;
  }
}
