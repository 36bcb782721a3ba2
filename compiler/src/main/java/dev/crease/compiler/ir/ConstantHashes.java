package dev.crease.compiler.ir;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Map;

/// SHA-256 of constants, over their elements as they are stored: little-endian, without type and
/// shape. Each is computed when it is asked for, and once.
public final class ConstantHashes {
  private final Map<Constant, String> known = new IdentityHashMap<>();

  /// 64 hexadecimal digits.
  public String of(Constant constant) {
    return known.computeIfAbsent(constant, ConstantHashes::sha256);
  }

  private static String sha256(Constant constant) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      constant.bytes(digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
