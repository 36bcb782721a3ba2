package dev.crease.runtime.kernel;

/// Where local response normalization finds its operands, and its formula: `y = x / (bias + scale
/// sum)^beta`, the sum being of the squares of channels `c - before` to `c + after`.
///
/// @param channels `C`; squares of others are taken for zero
/// @param xBlockStep distance between the input's channel blocks
/// @param yBlockStep distance between the output's channel blocks
public record LrnGeometry(
    int channels,
    int xBlockStep,
    int yBlockStep,
    int before,
    int after,
    float scale,
    float beta,
    float bias) {
  /// Elements of the room that one pixel's squares need, for blocks of `lanes` channels.
  int room(int lanes) {
    return before + Math.ceilDiv(channels, lanes) * lanes + after;
  }
}
