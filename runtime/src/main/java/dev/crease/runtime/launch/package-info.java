/// The program that `crease package` packages: [Launcher] runs one plan on files.
///
/// It knows the public face of the runtime and nothing else of it, starts as quickly as it can, and
/// is the only one here that prints. A program of one's own needs none of it.
package dev.crease.runtime.launch;
