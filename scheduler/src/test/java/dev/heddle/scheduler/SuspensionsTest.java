package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.Hosts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is stopped and goes on, as its clock shows it: the time goes on by a leap. */
@Timeout(60)
final class SuspensionsTest {

    @TempDir
    Path directory;

    @Test
    void timeInWhichTheProcessWasStoppedCountsForNothing() {
        AtomicLong leap = new AtomicLong();
        List<Duration> stoodStill = new CopyOnWriteArrayList<>();
        CountDownLatch noticed = new CountDownLatch(1);
        BuildGraph graph = BuildGraph.builder()
                .task(
                        "a",
                        t -> t.timeout(Duration.ofMinutes(5)).action(job -> {
                            leap.set(Duration.ofHours(1).toNanos());
                            noticed.await();
                        }))
                .build();
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.inProcess(1))
                .ticker(() -> System.nanoTime() + leap.get())
                .listener(event -> {
                    if (event instanceof BuildEvent.StoodStill told) {
                        stoodStill.add(told.elapsed());
                    }
                    if (event instanceof BuildEvent.EngineMessage message
                            && message.text()
                                    .matches(
                                            "the build stood still for 3[56]\\d\\d\\.\\d s, which count for nothing")) {
                        noticed.countDown();
                    }
                })
                .build()) {
            BuildResult result = scheduler.run(graph);
            assertThat(stoodStill)
                    .singleElement()
                    .satisfies(time -> assertThat(time).isBetween(Duration.ofMinutes(58), Duration.ofMinutes(62)));
            assertThat(result.outcome("a"))
                    .get()
                    .isInstanceOfSatisfying(
                            Outcome.Succeeded.class,
                            succeeded -> assertThat(succeeded.elapsed()).isLessThan(Duration.ofMinutes(5)));
            assertThat(result.elapsed()).isLessThan(Duration.ofMinutes(5));
        }
    }

    /** Builds a task that runs until it is told to go on, and prints what of the time counted. */
    static final class Stopped {
        private Stopped() {}

        public static void main(String[] arguments) {
            String loop = "touch started; until test -e go; do sleep 0.1; done";
            BuildGraph graph = BuildGraph.builder()
                    .task("a", t -> t.command(Command.shell(loop).in(Path.of(arguments[0]))))
                    .build();
            long before = System.nanoTime();
            try (Scheduler scheduler = Scheduler.builder()
                    .hosts(Hosts.local(1))
                    .listener(event -> {
                        if (event instanceof BuildEvent.EngineMessage message) {
                            System.out.println(message.text());
                        }
                    })
                    .build()) {
                BuildResult result = scheduler.run(graph);
                long all = System.nanoTime() - before;
                System.out.println("not counted: " + (all - result.elapsed().toNanos()));
            }
        }
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Waits for a program that waits: the time has to pass for the other process, which nobody can hasten. */
    private static void pass(String seconds) throws Exception {
        assertThat(new ProcessBuilder("sleep", seconds).start().waitFor()).isZero();
    }

    @Test
    void timeInWhichASignalReallyStoppedTheProcessCountsForNothing() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh");
        Process build = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Stopped.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        try {
            while (!Files.exists(directory.resolve("started"))) {
                assertThat(build.isAlive()).isTrue();
                pass("0.1");
            }
            signal(build, "STOP");
            pass("5");
            signal(build, "CONT");
            Files.createFile(directory.resolve("go"));
            List<String> said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(said)
                    .anyMatch(line -> line.matches("the build stood still for \\d+\\.\\d s, which count for nothing"));
            long notCounted = Long.parseLong(said.get(said.size() - 1).replace("not counted: ", ""));
            assertThat(notCounted).isGreaterThan(Suspensions.LEAST_NANOS);
        } finally {
            build.destroyForcibly();
        }
    }
}
