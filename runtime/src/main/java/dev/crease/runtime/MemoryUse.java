package dev.crease.runtime;

/// What a session needs for one set of input shapes, in bytes.
///
/// @param constantBytes the plan's constants, shared by its sessions
/// @param arenaBytes the session's arenas, into which all other tensors are planned
/// @param lowerBoundBytes the most that is live at one moment of a run; no plan of the arenas can
///   do with less
public record MemoryUse(long constantBytes, long arenaBytes, long lowerBoundBytes) {
  private static final long BASE_BYTES = 24L << 20;

  /// About the heap (`-Xmx`) that one session of the plan needs beside the application's own:
  /// constants and arenas, room for the collector, and a base for the runtime's classes and
  /// buffers.
  public long heapBytes() {
    return BASE_BYTES + (constantBytes + arenaBytes) * 9 / 8;
  }
}
