package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PendingTest {
  private static final DoubleTensor ONE = DoubleTensor.zeros(ElementType.FLOAT32, 1);
  private static final DoubleTensor TWO = DoubleTensor.zeros(ElementType.FLOAT32, 2);

  private final List<Map<String, DoubleTensor>> seen =
      Collections.synchronizedList(new ArrayList<>());

  @Test
  void workRunsOnceItHasAllThatItReads() {
    try (Pending pending = new Pending(1)) {
      pending.await(List.of("a", "b", "a"), seen::add);
      pending.start();
      pending.publish("a", ONE);
      pending.publish("unread", ONE);
      pending.finish();
      assertThat(seen).isEmpty();
      pending.publish("b", TWO);
      pending.finish();
      assertThat(seen).containsExactly(Map.of("a", ONE, "b", TWO));
    }
  }

  @Test
  void whatWaitsForNothingRunsAtTheStart() {
    try (Pending pending = new Pending(1)) {
      assertThat(pending.count()).isZero();
      pending.await(List.of(), seen::add);
      assertThat(pending.count()).isOne();
      pending.finish();
      assertThat(seen).isEmpty();
      pending.start();
      pending.start();
      pending.finish();
      assertThat(seen).containsExactly(Map.of());
    }
  }

  @Test
  void aTensorIsHandedOutOnce() {
    try (Pending pending = new Pending(1)) {
      pending.await(List.of("a"), seen::add);
      pending.await(List.of("a"), seen::add);
      pending.publish("a", ONE);
      pending.publish("a", TWO);
      pending.finish();
      assertThat(seen).containsExactly(Map.of("a", ONE), Map.of("a", ONE));
    }
  }

  @Test
  void eachPieceOfWorkIsTold() {
    AtomicInteger told = new AtomicInteger();
    try (Pending pending = new Pending(2)) {
      pending.whenDone(told::incrementAndGet);
      pending.await(List.of("a"), seen::add);
      pending.await(List.of("a", "b"), seen::add);
      pending.publish("a", ONE);
      pending.finish();
      assertThat(told).hasValue(1);
      pending.publish("b", TWO);
      pending.finish();
      assertThat(told).hasValue(2);
    }
  }

  @Test
  void theFirstFailureIsThrownAtTheEnd() {
    try (Pending pending = new Pending(1)) {
      pending.await(List.of("a"), _ -> fail(new IllegalArgumentException("first")));
      pending.await(List.of("b"), _ -> fail(new IllegalArgumentException("second")));
      pending.publish("a", ONE);
      pending.publish("b", ONE);
      assertThatThrownBy(pending::finish)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("first");
    }
  }

  @Test
  void anErrorIsThrownAsItIs() {
    try (Pending pending = new Pending(1)) {
      pending.await(
          List.of("a"),
          _ -> {
            throw new AssertionError("broken");
          });
      pending.publish("a", ONE);
      assertThatThrownBy(pending::finish).isInstanceOf(AssertionError.class).hasMessage("broken");
    }
  }

  private static void fail(RuntimeException e) {
    throw e;
  }

  /// With one thread, the third piece of work that is not done yet is one too many.
  @Test
  void aRunWaitsForTheThreadsToKeepUp() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    try (Pending pending = new Pending(1)) {
      for (String name : List.of("a", "b", "c")) {
        pending.await(List.of(name), _ -> awaitQuietly(go));
      }
      pending.publish("a", ONE);
      pending.publish("b", ONE);
      pending.breathe();
      pending.publish("c", ONE);
      AtomicBoolean breathed = new AtomicBoolean();
      Thread run =
          Thread.ofPlatform()
              .start(
                  () -> {
                    pending.breathe();
                    breathed.set(true);
                  });
      run.join(100);
      assertThat(breathed).isFalse();
      go.countDown();
      run.join();
      assertThat(breathed).isTrue();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anInterruptedRunStillWaits() {
    CountDownLatch go = new CountDownLatch(1);
    try (Pending pending = new Pending(1)) {
      pending.await(
          List.of("a"),
          values -> {
            awaitQuietly(go);
            seen.add(values);
          });
      pending.publish("a", ONE);
      Thread.ofPlatform().start(() -> pause(go));
      Thread.currentThread().interrupt();
      pending.finish();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(seen).hasSize(1);
      pending.finish();
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  private static void pause(CountDownLatch latch) {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    latch.countDown();
  }

  @Test
  void nothingRunsOnceClosed() {
    Pending pending = new Pending(1);
    pending.await(List.of("a"), seen::add);
    pending.close();
    assertThatThrownBy(() -> pending.publish("a", ONE))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
