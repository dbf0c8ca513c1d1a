package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.OutputPort;
import dev.heddle.core.RetryPolicy;
import dev.heddle.core.Step;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.scheduler.host.Hosts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real commands on this machine. */
@Timeout(120)
final class LocalHostTest {

    @TempDir
    Path directory;

    /** Keeps what each task printed, and insists that nothing comes after the end. */
    private static final class Kept implements OutputPort {
        final Map<String, ByteArrayOutputStream> outputs = new ConcurrentHashMap<>();
        final Map<String, Outcome> ends = new ConcurrentHashMap<>();

        @Override
        public JobOutput open(JobInfo job) {
            ByteArrayOutputStream bytes = outputs.computeIfAbsent(job.task(), t -> new ByteArrayOutputStream());
            return new JobOutput() {
                private boolean finished;

                @Override
                public synchronized void write(Channel channel, byte[] source, int offset, int length) {
                    if (finished) {
                        throw new IllegalStateException("a byte after the end");
                    }
                    bytes.write(source, offset, length);
                }

                @Override
                public synchronized void finish(Outcome outcome) {
                    finished = true;
                    ends.put(job.task(), outcome);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void message(Channel channel, String text) {}

        String of(String task) {
            return outputs.get(task).toString(StandardCharsets.UTF_8);
        }
    }

    private final Kept output = new Kept();

    @BeforeAll
    static void aShellIsThere() {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh");
    }

    private Scheduler.Builder local(int slots) {
        return Scheduler.builder().hosts(Hosts.local(slots)).output(output).terminateGrace(Duration.ofSeconds(1));
    }

    @Test
    void outputAndExitCodeOfACommandAreKept() {
        BuildGraph graph = BuildGraph.builder()
                .task("good", t -> t.command(Command.shell("echo hello; printf tail")))
                .task("bad", t -> t.command(Command.shell("echo oops >&2; exit 3")))
                .build();
        try (Scheduler scheduler = local(2).build()) {
            BuildResult result = scheduler.run(graph);
            assertThat(output.of("good")).isEqualTo("hello\ntail");
            assertThat(output.ends.get("good")).isInstanceOf(Outcome.Succeeded.class);
            assertThat(result.outcome("bad")).get().isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
                assertThat(failed.cause()).isEqualTo(new Outcome.FailureCause.Exit(3));
                assertThat(failed.lastOutput()).containsExactly("oops");
            });
            assertThat(result.succeeded()).isFalse();
        }
    }

    @Test
    void aProcessThatACommandLeavesBehindWithItsOutputIsTakenNoteOf() {
        Command leaves = Command.shell("(trap '' HUP TERM; sleep 1000) & echo done");
        BuildGraph graph = BuildGraph.builder()
                .task("leaves", t -> t.command(leaves))
                .task("action", t -> t.action(job -> job.host().run(leaves)))
                .build();
        Hosts hosts = Hosts.local(
                1,
                () -> ProcessRunner.builder().drainGrace(Duration.ofMillis(100)).build());
        try (Scheduler scheduler =
                Scheduler.builder().hosts(hosts).output(output).build()) {
            assertThat(scheduler.run(graph).succeeded()).isTrue();
            assertThat(output.of("action")).isEqualTo(output.of("leaves"));
            assertThat(output.of("leaves"))
                    .startsWith("done\n")
                    .contains("left behind")
                    .endsWith("\n");
        }
    }

    @Test
    void variablesOfTheTaskAreSetForItsCommands() {
        BuildGraph graph = BuildGraph.builder()
                .task(
                        "t",
                        t -> t.env("ONE", "1")
                                .env("TWO", "2")
                                .command(Command.shell("echo $ONE $TWO").env("TWO", "two")))
                .build();
        try (Scheduler scheduler = local(1).build()) {
            assertThat(scheduler.run(graph).succeeded()).isTrue();
        }
        assertThat(output.of("t")).isEqualTo("1 two\n");
    }

    @Test
    void aCommandThatTakesTooLongIsEndedWithItsWholeTree() throws Exception {
        Path pids = directory.resolve("pids");
        BuildGraph graph = BuildGraph.builder()
                .task(
                        "slow",
                        t -> t.step(new Step(
                                "sleep",
                                Command.shell("sleep 1000 & echo $! >" + pids + "; echo $$ >>" + pids
                                        + "; echo started; wait"),
                                Duration.ofMillis(500),
                                RetryPolicy.NEVER)))
                .build();
        try (Scheduler scheduler = local(1).build()) {
            BuildResult result = scheduler.run(graph);
            assertThat(result.outcome("slow")).contains(new Outcome.TimedOut("sleep", Duration.ofMillis(500)));
        }
        assertThat(output.of("slow")).startsWith("started\n");
        assertAllGone(pids);
    }

    @Test
    void cancelEndsEveryProcessAndDeliversTheirLastWords() throws Exception {
        Path pids = directory.resolve("pids");
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int i = 0; i < 4; i++) {
            graph.task(
                    "t" + i,
                    t -> t.command(Command.shell("trap 'echo last words; exit 1' TERM; sleep 1000 & echo $! >>" + pids
                            + "; echo $$ >>" + pids + "; echo ready; wait")));
        }
        graph.task("never", t -> t.dependsOn("t0").command(Command.of("true")));
        CountDownLatch started = new CountDownLatch(4);
        OutputPort port = new OutputPort() {
            @Override
            public JobOutput open(JobInfo job) {
                JobOutput kept = output.open(job);
                return new JobOutput() {
                    @Override
                    public void write(Channel channel, byte[] bytes, int offset, int length) {
                        kept.write(channel, bytes, offset, length);
                        if (new String(bytes, offset, length, StandardCharsets.UTF_8).contains("ready")) {
                            started.countDown();
                        }
                    }

                    @Override
                    public void finish(Outcome outcome) {
                        kept.finish(outcome);
                    }

                    @Override
                    public void close() {
                        kept.close();
                    }
                };
            }

            @Override
            public void message(Channel channel, String text) {}
        };
        try (Scheduler scheduler = local(4).output(port).build()) {
            BuildHandle handle = scheduler.start(graph.build());
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            handle.cancel("interrupted by the user");
            BuildResult result = handle.await();
            assertThat(result.stopped()).contains("interrupted by the user");
            assertThat(result.outcome("t0")).contains(new Outcome.Cancelled("interrupted by the user"));
            assertThat(result.outcome("never")).contains(new Outcome.Cancelled("interrupted by the user"));
        }
        for (int i = 0; i < 4; i++) {
            assertThat(output.of("t" + i)).endsWith("last words\n");
        }
        assertAllGone(pids);
    }

    /** A process that was killed may take its time to be gone: the kernel does that later, on a busy machine much later. */
    private static void assertAllGone(Path pids) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        for (String pid : Files.readAllLines(pids)) {
            while (isRunning(Long.parseLong(pid.strip()))) {
                assertThat(System.nanoTime()).as("process %s runs", pid).isLessThan(deadline);
                Thread.yield();
            }
        }
    }

    /** A process that has ended but was not fetched by its parent yet still has a handle; its state tells. */
    private static boolean isRunning(long pid) throws IOException {
        Path stat = Path.of("/proc/" + pid + "/stat");
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
        }
        try {
            String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            char state = text.charAt(text.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            // It went away between the opening of the file and the reading.
            return Files.exists(stat);
        }
    }

    @Test
    void aThousandJobsRunAtOnce() {
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            graph.task("t" + i, t -> t.command(Command.shell("read x </dev/null; echo " + number)));
        }
        try (Scheduler scheduler = local(1_000).build()) {
            assertThat(scheduler.run(graph.build()).succeeded()).isTrue();
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(output.of("t" + i)).isEqualTo(i + "\n");
        }
    }

    @Test
    void aMissingProgramIsNamed() {
        BuildGraph graph = BuildGraph.builder()
                .task("t", t -> t.command(Command.of("/nowhere/compiler", "x.c")))
                .build();
        try (Scheduler scheduler = local(1).build()) {
            assertThat(scheduler.run(graph).failures())
                    .singleElement()
                    .satisfies(
                            failure -> assertThat(failure.outcome().summary()).contains("/nowhere/compiler"));
        }
    }

    @Test
    void anActionRunsCommandsOnItsHost() {
        BuildGraph graph = BuildGraph.builder()
                .task(
                        "t",
                        t -> t.action(job -> {
                            int code = job.host().run(Command.shell("echo from the command; exit 7"));
                            job.out().println("code " + code);
                        }))
                .build();
        try (Scheduler scheduler = local(1).build()) {
            assertThat(scheduler.run(graph).succeeded()).isTrue();
        }
        assertThat(output.of("t")).isEqualTo("from the command\ncode 7\n");
    }

    @Test
    void theCommandsOfAnActionHaveTheVariablesOfItsTask() {
        Command command = Command.shell("echo $ONE $TWO").env("TWO", "own");
        BuildGraph graph = BuildGraph.builder()
                .task(
                        "t",
                        t -> t.env("ONE", "task's")
                                .env("TWO", "task's")
                                .action(job -> job.host().run(command)))
                .build();
        try (Scheduler scheduler = local(1).build()) {
            assertThat(scheduler.run(graph).succeeded()).isTrue();
        }
        assertThat(output.of("t")).isEqualTo("task's own\n");
    }

    @Test
    void anActionIsInterruptedByItsLimitAndItsCommandKilled() throws Exception {
        Path pids = directory.resolve("pids");
        BuildGraph graph = BuildGraph.builder()
                .task(
                        "t",
                        t -> t.timeout(Duration.ofMillis(500))
                                .action(job -> job.host().run(Command.shell("echo $$ >" + pids + "; exec sleep 1000"))))
                .build();
        try (Scheduler scheduler = local(1).build()) {
            assertThat(scheduler.run(graph).outcome("t")).get().isInstanceOf(Outcome.TimedOut.class);
        }
        assertAllGone(pids);
    }

    @Test
    void closeLeavesNoThreadAndNoProcess() throws Exception {
        Path pids = directory.resolve("pids");
        CountDownLatch running = new CountDownLatch(1);
        BuildGraph graph = BuildGraph.builder()
                .task("t", t -> t.command(Command.shell("echo $$ >" + pids + "; exec sleep 1000")))
                .build();
        Scheduler scheduler = local(1).listener(event -> {
                    if (event instanceof BuildEvent.StepStarted) {
                        running.countDown();
                    }
                })
                .build();
        BuildHandle handle = scheduler.start(graph);
        assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
        while (!Files.exists(pids) || Files.size(pids) == 0) {
            Thread.onSpinWait();
        }
        scheduler.close();
        assertThat(handle.await().stopped()).contains("the scheduler was closed");
        assertAllGone(pids);
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(Thread::isAlive)
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("heddle")))
                .isEmpty();
        scheduler.close();
    }
}
