/// The recipe of the demo's pictures. The pictures themselves are in `samples/demo/pictures`, since
/// a machine may have no fonts.
package dev.crease.samples.demo;
