package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.JobNote;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.Counters;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A build as its embedder meets it: questions, listeners, notes, and the rules of use. */
@Timeout(60)
final class BuildHandleTest extends OnFakeHost {

    @Test
    void whyTellsTheChainOfReasons() {
        BuildGraph graph = graphOf(
                task("a").lock("dir").priority(1),
                task("held").lock("dir"),
                task("b", "a"),
                task("c", "b"),
                task("idle"));
        CompletableFuture<BuildHandle> handle = new CompletableFuture<>();
        List<List<String>> answers = new ArrayList<>();
        FakeHost fake = new FakeHost(HostSpec.of("fake", 1), ticker, a -> {
            if (answers.isEmpty()) {
                for (String task : List.of("c", "held", "idle", "unknown")) {
                    answers.add(handle.join().why(task));
                }
            }
            return succeed(a);
        });
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.of(fake)).ticker(ticker).build()) {
            BuildHandle started = scheduler.start(graph);
            handle.complete(started);
            assertThat(started.result().join().succeeded()).isTrue();
            assertThat(started.why("c")).containsExactly("'c': succeeded");
        }
        assertThat(answers.get(0))
                .containsExactly(
                        "'c' waits for 'b'",
                        "'b' waits for 'a'",
                        "'a' runs: step 'run' of job 1 runs on host fake for 0 s");
        assertThat(answers.get(1)).containsExactly("'held' is ready and waits for lock 'dir'");
        assertThat(answers.get(2)).containsExactly("'idle' is ready and waits for 1 slot");
        assertThat(answers.get(3)).containsExactly("there is no task named 'unknown'");
    }

    @Test
    void aListenerThatThrowsDoesNotDisturbTheBuild() {
        BuildResult result = run(
                1,
                graphOf(task("a"), task("b")),
                OnFakeHost::succeed,
                s -> s.listener(event -> {
                            throw new IllegalStateException("broken display");
                        })
                        .listener(listener));
        assertThat(result.succeeded()).isTrue();
        assertThat(listener.events()).last().isInstanceOf(BuildEvent.BuildFinished.class);
    }

    @Test
    void notesOfAJobBecomeEvents() {
        JobNote note = new JobNote.Progress(1, 2, "half");
        run(1, graphOf(task("a")), a -> succeed(a).noting(note), s -> s.listener(listener));
        assertThat(listener.events(BuildEvent.Noted.class)).singleElement().satisfies(noted -> {
            assertThat(noted.note()).isEqualTo(note);
            assertThat(noted.job()).isEqualTo(1);
        });
    }

    @Test
    void whoeverAsksABuildThatBreaksIsToldSo() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        CountDownLatch asked = new CountDownLatch(1);
        LongSupplier clock = () -> {
            if (broken.get() && Thread.currentThread().getName().equals("heddle-build")) {
                awaitQuietly(asked);
                throw new IllegalStateException("the clock stands still");
            }
            return System.nanoTime();
        };
        BuildGraph graph = BuildGraph.builder()
                .task("a", t -> t.action(job -> broken.set(true)))
                .build();
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.inProcess(1)).ticker(clock).build()) {
            BuildHandle handle = scheduler.start(graph);
            CompletableFuture<Counters> answer = new CompletableFuture<>();
            Thread asker = new Thread(() -> {
                try {
                    answer.complete(handle.counters());
                } catch (AssertionError e) {
                    answer.completeExceptionally(e);
                }
            });
            while (!broken.get()) {
                Thread.onSpinWait();
            }
            asker.start();
            while (asker.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            asked.countDown();
            assertThatThrownBy(answer::get)
                    .hasRootCauseMessage("the clock stands still")
                    .cause()
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("BUG: ");
            assertThatThrownBy(handle::await).isInstanceOf(AssertionError.class);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    @Test
    void oneBuildRunsAtATimeAndNoneAfterClose() {
        BuildGraph graph = BuildGraph.builder()
                .task("a", t -> t.action(job -> new CountDownLatch(1).await()))
                .build();
        Scheduler scheduler = Scheduler.builder().hosts(Hosts.inProcess(1)).build();
        scheduler.start(graph);
        assertThatThrownBy(() -> scheduler.start(graph)).isInstanceOf(IllegalStateException.class);
        scheduler.close();
        assertThatThrownBy(() -> scheduler.start(graph))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Scheduler.builder().maxFailures(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scheduler.builder().loadLimit(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scheduler.builder().terminateGrace(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scheduler.builder().terminateGrace(Duration.ofDays(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a day");
        assertThatThrownBy(() -> Hosts.local(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scheduler.builder().hosts(Hosts.of()).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Hosts.inProcess(1).and(Hosts.inProcess(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in-process");
    }
}
