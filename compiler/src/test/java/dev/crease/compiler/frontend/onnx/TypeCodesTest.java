package dev.crease.compiler.frontend.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.op.TypeCodes;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The numbers of element types are those of the format's own enumeration.
class TypeCodesTest {
  private static final Map<String, ElementType> OTHER_NAMES =
      Map.of("FLOAT", ElementType.FLOAT32, "DOUBLE", ElementType.FLOAT64);

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void everyTypeHasItsNumber(ElementType type) {
    assertThat(TypeCodes.type(TypeCodes.code(type))).contains(type);
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void numbersAreTheFormats(DataType format) {
    ElementType expected =
        Arrays.stream(ElementType.values())
            .filter(type -> type.name().equals(format.name()))
            .findFirst()
            .orElse(OTHER_NAMES.get(format.name()));
    assertThat(TypeCodes.type(format.getNumber()).orElse(null)).isEqualTo(expected);
    assertThat(DataTypes.name(format.getNumber())).isEqualTo(format.name());
  }
}
