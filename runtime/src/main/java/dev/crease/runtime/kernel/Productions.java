package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Production;
import java.util.OptionalInt;

/// The function of each [Production].
public final class Productions {
  private Productions() {}

  public static DataDependent of(Production production, long[] integers, double[] numbers) {
    return switch (production) {
      case COMPRESS -> new Compression(axis(integers));
      case DECODE_PICTURE -> new PictureDecoding((int) integers[0]);
      case NON_MAX_SUPPRESSION -> new BoxSelection(integers[0] != 0);
      case NON_ZERO -> new NonZeros();
      case UNIQUE -> new UniqueElements(axis(integers), integers[2] != 0);
      case CONSTRUCT_SEQUENCE -> Sequences::construct;
      case EMPTY_SEQUENCE -> Sequences::empty;
      case ERASE_FROM_SEQUENCE -> Sequences::erase;
      case GET_ELEMENT -> Sequences::get;
      case HAS_ELEMENT -> Sequences::has;
      case HOLD -> Sequences::hold;
      case INSERT_INTO_SEQUENCE -> Sequences::insert;
      case JOIN_SEQUENCE -> x -> Sequences.join(x, integers[0], integers[1]);
      case LENGTH_OF_SEQUENCE -> Sequences::length;
      case SPLIT_TO_SEQUENCE -> x -> Sequences.split(x, integers[0], integers[1]);
      case TAKE_FROM_SEQUENCE -> Sequences::take;
    };
  }

  private static OptionalInt axis(long[] integers) {
    return integers[0] == 0 ? OptionalInt.empty() : OptionalInt.of((int) integers[1]);
  }
}
