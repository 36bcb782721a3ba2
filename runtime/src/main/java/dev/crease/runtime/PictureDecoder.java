package dev.crease.runtime;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// Decodes pictures for plans of models that do so (ONNX's `ImageDecoder`).
///
/// The runtime has none, so that it needs no module for it. Crease's compiler provides one for PNG,
/// JPEG, BMP, GIF and TIFF; where it is not there, or for other formats, provide another as a
/// service, in the way of [ServiceLoader].
public interface PictureDecoder {
  /// Decodes a picture.
  ///
  /// @param encoded a file's bytes
  /// @return uint8 `(height, width, 3)`, red, green and blue of each pixel, in a tensor of its own;
  ///   `(0, 0, 3)` if the file is damaged; nothing if it is of no format that this decoder knows
  /// @throws InvalidDataException if the picture is too large for a tensor
  Optional<Tensor> decode(byte[] encoded);

  /// As [#decode], by the first of all decoders that knows the format. What is of no format at all
  /// is taken for damaged.
  ///
  /// @throws InvalidDataException also if there is no decoder, or none that knows this format
  static Tensor decodeByAny(byte[] encoded) {
    List<PictureDecoder> decoders =
        ServiceLoader.load(PictureDecoder.class).stream().map(ServiceLoader.Provider::get).toList();
    if (decoders.isEmpty()) {
      throw new InvalidDataException(
          "there is no decoder of pictures; add the module dev.crease.compiler, or provide a"
              + " dev.crease.runtime.PictureDecoder");
    }
    return decoders.stream()
        .map(decoder -> decoder.decode(encoded))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseGet(() -> damaged(encoded));
  }

  private static Tensor damaged(byte[] encoded) {
    PictureFormat format = PictureFormat.of(encoded);
    if (format != PictureFormat.UNKNOWN) {
      throw new InvalidDataException(
          "the picture is of the format %s, which no decoder knows; convert it to PNG, or provide a dev.crease.runtime.PictureDecoder"
              .formatted(format));
    }
    return Tensor.zeros(ElementType.UINT8, 0, 0, 3);
  }
}
