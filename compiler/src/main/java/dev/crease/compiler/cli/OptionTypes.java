package dev.crease.compiler.cli;

import dev.crease.compiler.Target;
import dev.crease.compiler.lint.Severity;
import dev.crease.runtime.KernelChoice;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/// How values of options are read, and what is said of those that cannot be.
final class OptionTypes {
  private OptionTypes() {}

  static void register(CommandLine line) {
    line.registerConverter(int.class, OptionTypes::integer)
        .registerConverter(Integer.class, OptionTypes::integer)
        .registerConverter(long.class, OptionTypes::integerOf64Bits)
        .registerConverter(double.class, OptionTypes::number)
        .registerConverter(Double.class, OptionTypes::number)
        .registerConverter(Target.class, text -> constant(Target.class, text))
        .registerConverter(KernelChoice.class, text -> constant(KernelChoice.class, text))
        .registerConverter(Severity.class, text -> constant(Severity.class, text))
        .registerConverter(
            ProfileTable.Sorting.class, text -> constant(ProfileTable.Sorting.class, text))
        .registerConverter(Level.class, text -> constant(Level.class, text))
        .registerConverter(
            PictureOptions.ChannelOrder.class,
            text -> constant(PictureOptions.ChannelOrder.class, text))
        .registerConverter(
            PictureOptions.AxisOrder.class, text -> constant(PictureOptions.AxisOrder.class, text));
  }

  private static int integer(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'%s' is not an integer of at most %d".formatted(text, Integer.MAX_VALUE));
    }
  }

  private static long integerOf64Bits(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'%s' is not an integer of 64 bits".formatted(text));
    }
  }

  private static double number(String text) {
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new TypeConversionException("'%s' is not a finite number".formatted(text));
  }

  /// The names of constants are given in any case, and told in lower case.
  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    E[] constants = type.getEnumConstants();
    for (E constant : constants) {
      if (constant.name().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    throw new TypeConversionException(
        Arrays.stream(constants)
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ", "give one of ", ", not '" + text + "'")));
  }
}
