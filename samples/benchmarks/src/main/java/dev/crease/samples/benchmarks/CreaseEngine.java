package dev.crease.samples.benchmarks;

import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.util.Map;

/// A session of a plan, whose outputs go into arrays that are allocated once.
final class CreaseEngine implements Engine {
  private final Session session;
  private final Map<String, Tensor> inputs;
  private final Map<String, Tensor> outputs;

  CreaseEngine(Plan plan, int threads, Map<String, Tensor> inputs) {
    this.session = plan.newSession(SessionOptions.defaults().withThreads(threads));
    this.inputs = inputs;
    this.outputs = session.run(inputs);
  }

  @Override
  public void run() {
    session.run(inputs, outputs);
  }

  @Override
  public void warmUp() {
    session.warmUp();
  }

  @Override
  public Map<String, Tensor> outputs() {
    return session.run(inputs);
  }

  @Override
  public void close() {
    session.close();
  }
}
