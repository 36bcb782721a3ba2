package dev.crease.runtime;

/// What a session needs for one set of input shapes, in bytes.
///
/// @param constantBytes the plan's constants, shared by its sessions
/// @param arenaBytes the session's arenas, into which all other tensors are planned
/// @param lowerBoundBytes the most that is live at one moment of a run; no plan of the arenas can
///   do with less
/// @param heapBytes about the heap (`-Xmx`) that one session needs beside the application's own:
///   constants and arenas as a collector of regions of 1 MiB holds them, working memory of kernels,
///   and a base for the runtime's classes and buffers
public record MemoryUse(
    long constantBytes, long arenaBytes, long lowerBoundBytes, long heapBytes) {}
