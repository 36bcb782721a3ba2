/// Runs compiled plans: [dev.crease.runtime.Plan] and inputs in, outputs out.
///
/// [dev.crease.runtime.roofline] measures the machine, for those who tell how fast a run is. The
/// other exported packages are the compiler's side of the wall: the plan as data, the packing of
/// weights, and the program of packaged applications. Programs that only run models need none of
/// them.
module dev.crease.runtime {
  requires jdk.incubator.vector;

  exports dev.crease.runtime;
  exports dev.crease.runtime.launch;
  exports dev.crease.runtime.plan;
  exports dev.crease.runtime.roofline;

  uses dev.crease.runtime.PictureDecoder;
}
