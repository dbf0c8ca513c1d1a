package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Action;
import dev.heddle.core.Command;
import dev.heddle.core.JobContext;
import dev.heddle.core.Slots;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.host.Hosts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that can make use of more slots are lent idle ones, give them back, and no host ever has more in use than it has. */
@Timeout(120)
final class SlotLendingTest {

    /** Slots in use at once, counted by those who use them. */
    private static final class Use {
        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        void enter() {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
        }

        void leave() {
            now.decrementAndGet();
        }
    }

    private final Use use = new Use();

    private static BuildResult run(int slots, TaskSpec.Builder... tasks) {
        try (Scheduler scheduler =
                Scheduler.builder().hosts(Hosts.inProcess(slots)).build()) {
            return scheduler.run(graphOf(tasks));
        }
    }

    private static TaskSpec.Builder action(String name, Action action) {
        return TaskSpec.named(name).action(action);
    }

    @Test
    void anActionIsLentWhatIsIdleUpToItsMost() {
        List<Integer> counts = new ArrayList<>();
        BuildResult result = run(
                8,
                action("grows", job -> {
                            Slots slots = job.slots();
                            for (int taken = 1; taken < 5; taken++) {
                                slots.take();
                            }
                            counts.add(slots.count());
                            counts.add(slots.tryTake() ? 1 : 0);
                        })
                        .slots(2, 5));
        assertThat(result.failures()).isEmpty();
        assertThat(counts).containsExactly(5, 0);
    }

    @Test
    void whatWasLentComesBackWhenAnotherTaskWaits() {
        CountDownLatch full = new CountDownLatch(1);
        CountDownLatch otherRan = new CountDownLatch(1);
        BuildResult result = run(
                4,
                action("grows", job -> {
                            Slots slots = job.slots();
                            slots.take();
                            slots.take();
                            full.countDown();
                            while (otherRan.getCount() > 0) {
                                slots.giveBack();
                                otherRan.await(1, TimeUnit.MILLISECONDS);
                                while (otherRan.getCount() > 0 && !slots.tryTake()) {
                                    otherRan.await(1, TimeUnit.MILLISECONDS);
                                }
                            }
                        })
                        .slots(1, 4)
                        .priority(1),
                action("first", job -> full.await()).weight(0.5),
                action("other", job -> otherRan.countDown()).slots(2).dependsOn("first"));
        assertThat(result.failures()).isEmpty();
    }

    @Test
    void noMoreSlotsAreEverInUseThanTheHostHas() {
        TaskSpec.Builder[] tasks = new TaskSpec.Builder[40];
        for (int i = 0; i < tasks.length; i++) {
            String name = "t" + i;
            if (i % 4 == 0) {
                tasks[i] = action(name, this::work).slots(1, 2 + i % 5);
            } else {
                tasks[i] = action(name, job -> {
                    use.enter();
                    Thread.yield();
                    use.leave();
                });
                tasks[i] = i % 4 == 1 ? tasks[i].dependsOn("t" + (i - 1)) : tasks[i];
            }
        }
        for (int round = 0; round < 20; round++) {
            assertThat(run(6, tasks).failures()).isEmpty();
        }
        assertThat(use.most.get()).isBetween(2, 6);
        assertThat(use.now.get()).isZero();
    }

    /** Works in pieces, each on a thread of its own that has a slot. */
    private void work(JobContext job) throws InterruptedException {
        use.enter();
        Slots slots = job.slots();
        List<Thread> threads = new ArrayList<>();
        for (int piece = 0; piece < 30; piece++) {
            if (slots.tryTake()) {
                Thread thread = new Thread(() -> {
                    use.enter();
                    Thread.yield();
                    use.leave();
                    slots.giveBack();
                });
                threads.add(thread);
                thread.start();
            } else {
                Thread.yield();
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        use.leave();
    }

    @Test
    void aTaskOfAFixedNumberOfSlotsIsNeverLentAny() {
        List<Object> seen = new ArrayList<>();
        BuildResult result = run(
                4,
                action("three", job -> {
                            seen.add(job.slots().count());
                            seen.add(job.slots().tryTake());
                            seen.add(job.slots().tryTake());
                            seen.add(job.slots().tryTake());
                        })
                        .slots(3),
                action(
                        "one",
                        job -> assertThatThrownBy(() -> job.slots().take())
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("1 slot at most")),
                action("none", job -> seen.add(job.slots().count())).slots(0).after("three"));
        assertThat(result.failures()).isEmpty();
        assertThat(seen).containsExactly(3, true, true, false, 0);
    }

    @Test
    void slotsAreGoneWhenTheStepHasEnded() {
        List<Slots> kept = new ArrayList<>();
        run(2, action("a", job -> kept.add(job.slots())).slots(1, 2));
        Slots slots = kept.get(0);
        assertThat(slots.count()).isZero();
        assertThat(slots.tryTake()).isFalse();
        assertThatThrownBy(slots::take).hasMessageContaining("has ended");
        slots.giveBack();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aMakeIsLentWhatIsIdleThroughAJobserverOfItsOwn(@TempDir Path directory) throws Exception {
        // Each recipe waits for the other three, so that the build ends only if make runs four at once.
        StringBuilder makefile = new StringBuilder("all: a b c d\na b c d:\n\t@touch $@.here\n");
        makefile.append("\t@n=0; until test -e a.here -a -e b.here -a -e c.here -a -e d.here; do sleep 0.01; ")
                .append("n=$$((n + 1)); test $$n -lt 6000 || exit 1; done\n");
        Files.writeString(directory.resolve("Makefile"), makefile);
        try (Scheduler scheduler = Scheduler.builder().hosts(Hosts.local(4)).build()) {
            BuildResult result = scheduler.run(graphOf(TaskSpec.named("make")
                    .step("build", Command.of("make", "all").in(directory))
                    .slots(2, 4)));
            assertThat(result.failures()).isEmpty();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aMakeGivesItsSlotsBackToTasksThatWait(@TempDir Path directory) throws Exception {
        // Eight recipes; 'second' can only start on a slot that make has given back, and ends what make waits for.
        StringBuilder makefile = new StringBuilder("all: r1 r2 r3 r4 r5 r6 r7 r8\n%:\n\t@touch $@.here\n");
        makefile.append("\t@n=0; until test -e go; do sleep 0.01; n=$$((n + 1)); test $$n -lt 6000 || exit 1; done\n");
        makefile.append("\t@test ! -e $@.slow || { until test -e second; do sleep 0.01; done; }\n");
        Files.writeString(directory.resolve("Makefile"), makefile);
        Files.writeString(directory.resolve("r8.slow"), "");
        try (Scheduler scheduler = Scheduler.builder().hosts(Hosts.local(2)).build()) {
            BuildResult result = scheduler.run(graphOf(
                    TaskSpec.named("make")
                            .step("build", Command.of("make", "all").in(directory))
                            .slots(1, 2),
                    TaskSpec.named("first").step("go", Command.shell("touch go").in(directory)),
                    TaskSpec.named("second")
                            .dependsOn("first")
                            .step("go", Command.shell("touch second").in(directory))));
            assertThat(result.failures()).isEmpty();
        }
    }
}
