package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.frontend.dsl.Expression.Argument;
import dev.crease.compiler.ir.Counted;
import dev.crease.compiler.ir.NearestName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Matches the arguments of a call with parameters.
final class Arguments {
  private Arguments() {}

  /// The arguments by the name of their parameter; positional ones first, in order.
  ///
  /// @throws Fault for too many arguments, an unknown name, or one given twice
  static Map<String, Expression> bind(
      String callee, List<String> parameters, List<Argument> arguments) {
    Map<String, Expression> bound = new LinkedHashMap<>();
    int positional = 0;
    for (Argument argument : arguments) {
      Position position = argument.value().position();
      String name;
      if (argument.name().isPresent()) {
        name = argument.name().get().text();
        position = argument.name().get().position();
        if (!parameters.contains(name)) {
          throw position.fault(
              "%s has no parameter `%s`%s".formatted(callee, name, suggestion(name, parameters)));
        }
      } else if (positional == parameters.size()) {
        throw position.fault(
            "%s takes at most %s: %s"
                .formatted(
                    callee,
                    Counted.of(parameters.size(), "argument"),
                    String.join(", ", parameters)));
      } else {
        name = parameters.get(positional);
        positional++;
      }
      if (bound.put(name, argument.value()) != null) {
        throw position.fault("the parameter `%s` of %s is given twice".formatted(name, callee));
      }
    }
    return bound;
  }

  /// The nearest name, or all there are.
  static String suggestion(String name, List<String> parameters) {
    String near = NearestName.suggestion(name, parameters);
    return near.isEmpty() ? "; there are " + String.join(", ", parameters) : near;
  }
}
