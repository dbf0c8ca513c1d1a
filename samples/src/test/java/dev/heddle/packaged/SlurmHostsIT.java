package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The packaged launcher with a real Slurm of two nodes on this machine. The tasks themselves prove that none of them ever runs
 * twice at once: each makes a directory while it runs.
 */
@Tag("peer")
@Timeout(300)
class SlurmHostsIT {

    private static final int TASKS = 20;

    /** The first task that comes to the second node hangs; the node then fails. */
    private static final String TASK = """
            #!/bin/sh
            out=$1
            if ! mkdir "lock.$out" 2>/dev/null && kill -0 "$(cat "lock.$out/pid")" 2>/dev/null; then
                echo "$out on $SLURMD_NODENAME" >>twice
            fi
            echo $$ >"lock.$out/pid"
            echo $$ >>pids
            echo "$out $SLURMD_NODENAME" >>ran
            sleep 0.3
            if [ "$SLURMD_NODENAME" = n2 ] && mkdir stuck 2>/dev/null; then
                : >hangs
                sleep 1000
            fi
            echo "made" >"$out"
            rm -r "lock.$out"
            """;

    @TempDir
    Path directory;

    private Path cluster;
    private boolean up;

    @BeforeEach
    void bringUp() throws IOException, InterruptedException {
        boolean able = "root".equals(System.getProperty("user.name"))
                && Stream.of("slurmctld", "slurmd", "munged")
                        .allMatch(name -> Files.isExecutable(Path.of("/usr/sbin", name)));
        assumeTrue(able, "a Slurm of its own needs root, slurm-wlm and munge");
        cluster = directory.resolve("cluster");
        up = true;
        slurm("up", "2");
        Path task = Files.writeString(directory.resolve("task"), TASK);
        Files.setPosixFilePermissions(task, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(directory.resolve("batch"), hostsOfThePage("mode=batch"));
        Files.writeString(directory.resolve("allocation"), hostsOfThePage("mode=allocation"));
        Files.writeString(
                directory.resolve("build.ninja"),
                "rule t\n  command = ./task $out\n"
                        + names().map(name -> "build " + name + ": t\n").collect(Collectors.joining()));
        Files.writeString(
                directory.resolve("graph.json"),
                names().map(name -> "{\"name\": \"" + name
                                + "\", \"steps\": [{\"name\": \"run\", \"command\": {\"argv\": [\"./task\", \"" + name
                                + "\"]}}]}")
                        .collect(Collectors.joining(",\n", "{\"heddleGraph\": 1, \"tasks\": [", "]}")));
    }

    /** The hosts file of those that the page on Slurm shows that has a certain word in it. */
    private static String hostsOfThePage(String word) throws IOException {
        String page = Files.readString(
                Programs.samples().resolve("../scheduler/docs/slurm.md").normalize());
        for (int begin = page.indexOf("```hosts\n"); begin >= 0; begin = page.indexOf("```hosts\n", begin + 1)) {
            int from = begin + "```hosts\n".length();
            String hosts = page.substring(from, page.indexOf("```", from));
            if (hosts.contains(word)) {
                return hosts;
            }
        }
        throw new AssertionError("the page has no hosts file with " + word);
    }

    private static Stream<String> names() {
        return IntStream.rangeClosed(1, TASKS).mapToObj(i -> "o" + i);
    }

    @AfterEach
    void bringDown() throws IOException, InterruptedException {
        if (up) {
            slurm("down");
        }
    }

    private String slurm(String verb, String... arguments) throws IOException, InterruptedException {
        Path script = Programs.samples()
                .resolve("../scheduler/src/test/scripts/slurm-cluster")
                .normalize();
        List<String> argv = Stream.concat(Stream.of(script.toString(), verb, cluster.toString()), Stream.of(arguments))
                .toList();
        Run run = Programs.run(directory, argv);
        assertThat(run.exitCode()).as(run.output()).isZero();
        return run.output();
    }

    private Run heddle(String... arguments) throws IOException, InterruptedException {
        return Programs.run(
                directory,
                Stream.concat(
                                Stream.of(
                                        "env",
                                        "SLURM_CONF=" + cluster.resolve("slurm.conf"),
                                        Programs.samples().resolve("heddle").toString()),
                                Stream.of(arguments))
                        .toList());
    }

    @Test
    void aCheckAsksNodesInBothModes() throws Exception {
        Run batch = heddle("hosts", "check", "batch");
        assertThat(batch.exitCode()).as(batch.output()).isZero();
        assertThat(batch.output()).containsPattern("(?m)^slurm:build +up +8 ");

        Run allocation = heddle("hosts", "check", "allocation");
        assertThat(allocation.exitCode()).as(allocation.output()).isZero();
        assertThat(allocation.output())
                .containsPattern("(?m)^slurm:p1 +up +3 ")
                .containsPattern("(?m)^slurm:p2 +up +3 ");
        awaitNoJobs();
    }

    @Test
    void aPartitionThatThereIsNotIsToldInSlurmsWords() throws Exception {
        Files.writeString(directory.resolve("wrong"), "slurm:nope jobs=2 timeout=20\n");
        Run run = heddle("hosts", "check", "wrong");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.output()).contains("invalid partition specified: nope");
    }

    @ParameterizedTest
    @CsvSource({"ninja,batch", "run,allocation"})
    void aBuildEndsRightThoughANodeFailsInTheMiddle(String verb, String hosts) throws Exception {
        CompletableFuture<Run> build = CompletableFuture.supplyAsync(() -> {
            try {
                return verb.equals("run")
                        ? heddle("run", "--hosts", hosts, "graph.json")
                        : heddle("ninja", "--hosts", hosts);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        awaitFile(directory.resolve("hangs"), build);
        slurm("fail", "2");
        Run run = build.get(250, TimeUnit.SECONDS);

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).doesNotContain("FAILED");
        assertThat(names().filter(name -> Files.notExists(directory.resolve(name))))
                .isEmpty();
        assertThat(directory.resolve("twice")).doesNotExist();
        for (String pid : Files.readAllLines(directory.resolve("pids"))) {
            assertThat(ProcessHandle.of(Long.parseLong(pid)))
                    .as("what is left of a task")
                    .isEmpty();
        }
        List<String> ran = Files.readAllLines(directory.resolve("ran"));
        assertThat(ran).anyMatch(line -> line.endsWith(" n1")).anyMatch(line -> line.endsWith(" n2"));
        assertThat(ran.size()).as("tasks that ran, the lost ones again").isGreaterThan(TASKS);
        assertThat(directory.resolve(".heddle-slurm")).doesNotExist();
        awaitNoJobs();
    }

    /** Slurm needs a moment to free what has ended. */
    private void awaitNoJobs() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String jobs = slurm("jobs");
        while (!jobs.isBlank() && System.nanoTime() - end < 0) {
            jobs = slurm("jobs");
        }
        assertThat(jobs).as("jobs that are left").isBlank();
    }

    private static void awaitFile(Path file, CompletableFuture<Run> build)
            throws InterruptedException, ExecutionException {
        while (Files.notExists(file)) {
            try {
                Run run = build.get(50, TimeUnit.MILLISECONDS);
                throw new AssertionError("the build ended before a task hung: " + run.output());
            } catch (TimeoutException e) {
                // The build runs on.
            }
        }
    }
}
