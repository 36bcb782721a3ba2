/// Runs compiled plans: [dev.crease.runtime.Plan] and inputs in, outputs out.
///
/// The other exported packages are the compiler's side of the wall: the plan as data and the
/// packing of weights. Programs that only run models need none of them.
module dev.crease.runtime {
  requires jdk.incubator.vector;

  exports dev.crease.runtime;
  exports dev.crease.runtime.plan;

  uses dev.crease.runtime.PictureDecoder;
}
