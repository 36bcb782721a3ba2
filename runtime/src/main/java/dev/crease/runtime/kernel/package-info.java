/// The arithmetic: prepared kernels over plain Java arrays.
///
/// A [Kernel] is made once when shapes are bound and run many times: it holds arrays, offsets and
/// counts, allocates nothing while running, and knows neither threads nor plans. Work is split over
/// outputs only, in a fixed number of tasks, so results do not depend on how tasks are divided
/// among threads. Everything hot goes through [Microkernels]: plain loops are the specification,
/// the Vector API is an implementation that overrides what pays.
///
/// A microkernel that is cut into tiles has one class that cuts, such as [ConvTiles], and others
/// that hold the tiles: one long method each, for a reason that the first class tells.
///
/// Convolutions of 3 by 3 may be computed in tiles ([WinogradConvKernel]); such a kernel works in
/// [Scratch], which a session's kernels share.
///
/// What few models need is plain: [Routines] makes the kernels of calls, [Productions] the
/// functions of whole values whose results data sizes.
package dev.crease.runtime.kernel;
