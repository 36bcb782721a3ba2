package dev.crease.runtime;

import java.nio.charset.StandardCharsets;

/// The formats that ONNX's `ImageDecoder` knows, by how their files begin.
enum PictureFormat {
  BMP("BM"),
  JPEG("\u00ff\u00d8\u00ff"),
  JPEG2000("\0\0\0\u000cjP  \r\n\u0087\n", "\u00ff\u004f\u00ff\u0051"),
  PNG("\u0089PNG\r\n\u001a\n"),
  PNM("P1", "P2", "P3", "P4", "P5", "P6"),
  TIFF("II*\0", "MM\0*"),
  WEBP("RIFF....WEBP"),
  UNKNOWN;

  /// Bytes as letters; a dot is any.
  private final String[] beginnings;

  PictureFormat(String... beginnings) {
    this.beginnings = beginnings;
  }

  static PictureFormat of(byte[] encoded) {
    String text = new String(encoded, 0, Math.min(encoded.length, 12), StandardCharsets.ISO_8859_1);
    for (PictureFormat format : values()) {
      for (String beginning : format.beginnings) {
        if (isPrefix(beginning, text)) {
          return format;
        }
      }
    }
    return UNKNOWN;
  }

  private static boolean isPrefix(String beginning, String text) {
    boolean same = beginning.length() <= text.length();
    for (int i = 0; same && i < beginning.length(); i++) {
      same = beginning.charAt(i) == '.' || beginning.charAt(i) == text.charAt(i);
    }
    return same;
  }
}
