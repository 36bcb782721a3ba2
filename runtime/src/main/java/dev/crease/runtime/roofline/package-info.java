/// What this machine can do at most, measured: multiply-adds in a second, and bytes in a second
/// over so many bytes. [Roofline] is all that others need.
///
/// Knows nothing of plans and sessions. The loops that are measured are written twice, as kernels
/// are: on vectors where the Vector API is there, else plain.
package dev.crease.runtime.roofline;
