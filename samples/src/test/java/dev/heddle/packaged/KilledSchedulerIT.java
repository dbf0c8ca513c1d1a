package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged launcher, killed with SIGKILL at random moments of builds with locks, a log directory, a recording and a history: what
 * was reported done is done, no process lives on, nothing runs twice at once, and the next build goes on with the locks of the dead.
 *
 * <p>{@code heddle.it.schedulerKills} kills; each task tells for itself what became of it, in a file of its own.
 */
@Timeout(1_800)
class KilledSchedulerIT {

    private static final int KILLS = Integer.getInteger("heddle.it.schedulerKills", 12);
    private static final long SEED = Long.getLong("heddle.it.seed", 1);
    private static final int TASKS = 40;
    /** Builds that are killed before one is let through. */
    private static final int KILLS_IN_A_ROW = 3;

    private static final long PATIENCE_SECONDS = 60;

    /** Says that it runs and looks then whether it is alone; what it makes comes into its place in one go. */
    private static final String TASK = """
            #!/bin/sh
            name=$1
            echo $$ >"runs/$name.$$"
            for other in "runs/$name."*; do
                pid=${other##*.}
                if [ "$pid" != $$ ] && kill -0 "$pid" 2>/dev/null; then
                    echo "$name: $$ beside $pid" >>twice
                fi
            done
            echo "begun $name"
            sleep 0.03
            cat round >"made/$name.new"
            mv "made/$name.new" "made/$name"
            echo "made $name in $(cat round)"
            rm "runs/$name.$$"
            """;

    @TempDir
    Path directory;

    private final List<Process> builds = new ArrayList<>();

    @BeforeEach
    void writeGraph() throws IOException {
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/self/stat")), "this system does not tell who is dead");
        Files.createDirectories(directory.resolve("runs"));
        Files.createDirectories(directory.resolve("made"));
        Path task = Files.writeString(directory.resolve("task"), TASK);
        assertThat(task.toFile().setExecutable(true)).isTrue();
        Files.writeString(
                directory.resolve("graph.json"),
                IntStream.range(0, TASKS)
                        .mapToObj(KilledSchedulerIT::definition)
                        .collect(Collectors.joining(",\n", "{\"heddleGraph\": 1, \"tasks\": [", "]}")));
    }

    /** Every fourth also takes a lock that the others of its kind take. */
    private static String definition(int task) {
        String needs = task < 4 ? "" : ", \"dependencies\": [\"t" + (task - 4) + "\"]";
        String resources = task % 4 == 0 ? ", \"resources\": {\"locks\": [\"d\"]}" : "";
        return "{\"name\": \"t" + task + "\"" + needs + resources
                + ", \"steps\": [{\"name\": \"run\", \"command\": {\"argv\": [\"./task\", \"t" + task + "\"]}}]}";
    }

    @AfterEach
    void endBuilds() {
        builds.forEach(build -> build.toHandle().destroyForcibly());
    }

    private static List<String> launcher(String... arguments) {
        return Stream.concat(Stream.of(Programs.samples().resolve("heddle").toString()), Stream.of(arguments))
                .toList();
    }

    private static List<String> build() {
        return launcher(
                "run",
                "graph.json",
                "-j3",
                "--locks",
                "locks",
                "--clear-stale-locks",
                "--log-dir",
                "logs",
                "--record",
                "r.hlog",
                "--history",
                "history");
    }

    @Test
    void nothingThatWasReportedIsLostAndTheNextBuildGoesOn() throws Exception {
        Random random = new Random(SEED);
        int reported = 0;
        int locked = 0;
        for (int round = 1; round <= KILLS; round++) {
            Files.writeString(directory.resolve("round"), "round " + round + "\n");
            Files.deleteIfExists(directory.resolve("r.hlog"));
            long logged = length("logs/build.log");
            killOne(random, round);
            awaitNoProcess();
            requireNothingRanTwice();
            Set<String> done = reported(logged);
            reported += done.size();
            locked += locks().isEmpty() ? 0 : 1;
            checkMade(done, round);
            if (Files.exists(directory.resolve("r.hlog"))) {
                checkMade(recorded(), round);
            }
            if (round % KILLS_IN_A_ROW == 0 || round == KILLS) {
                letOneThrough(round);
            }
        }
        assertThat(reported).as("tasks that killed builds reported").isPositive();
        assertThat(locked).as("kills that left locks behind").isPositive();
        assertThat(Programs.run(directory, launcher("history", "show", "history"))
                        .exitCode())
                .isZero();
        System.out.printf(
                "%d kills: %d tasks were reported, locks of the dead were left %d times%n", KILLS, reported, locked);
    }

    /** Kills it at any moment, three times of four after its first job has begun. */
    private void killOne(Random random, int round) throws Exception {
        boolean early = random.nextInt(4) == 0;
        int after = random.nextInt(early ? 800 : 500);
        Path output = directory.resolve("output");
        Process build = new ProcessBuilder(build())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        builds.add(build);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!early && !hasBegun(round) && build.isAlive() && System.nanoTime() < until) {
            build.waitFor(5, TimeUnit.MILLISECONDS);
        }
        build.waitFor(after, TimeUnit.MILLISECONDS);
        build.toHandle().destroyForcibly();
        build.waitFor();
    }

    private boolean hasBegun(int round) throws IOException {
        Path first = directory.resolve("made/t0");
        return Files.exists(first) && Files.readString(first).equals("round " + round + "\n");
    }

    private void letOneThrough(int round) throws Exception {
        Run next = Programs.run(directory, build());
        assertThat(next.exitCode()).as(next.output()).isZero();
        checkMade(IntStream.range(0, TASKS).mapToObj(i -> "t" + i).collect(Collectors.toSet()), round);
        checkMade(recorded(), round);
        assertThat(recorded()).hasSize(TASKS);
        assertThat(locks()).as(next.output()).isEmpty();
        awaitNoProcess();
        requireNothingRanTwice();
    }

    /** Nothing runs any more: what the killed have left to say that they run must not speak for later processes of their numbers. */
    private void requireNothingRanTwice() throws IOException {
        Path twice = directory.resolve("twice");
        assertThat(Files.exists(twice) ? Files.readString(twice) : "").isEmpty();
        try (Stream<Path> left = Files.list(directory.resolve("runs"))) {
            for (Path run : left.toList()) {
                Files.delete(run);
            }
        }
    }

    private void checkMade(Set<String> tasks, int round) throws IOException {
        for (String task : tasks) {
            assertThat(directory.resolve("made").resolve(task)).hasContent("round " + round + "\n");
        }
    }

    private long length(String file) throws IOException {
        Path path = directory.resolve(file);
        return Files.exists(path) ? Files.size(path) : 0;
    }

    /** What build.log tells to have been built since it was so long; a line that was cut off tells nothing. */
    private Set<String> reported(long from) throws IOException {
        if (length("logs/build.log") == from) {
            return Set.of();
        }
        byte[] bytes = Files.readAllBytes(directory.resolve("logs/build.log"));
        String text = new String(bytes, (int) from, bytes.length - (int) from, StandardCharsets.UTF_8);
        Set<String> names = new LinkedHashSet<>();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
            if (!line.isBlank()) {
                assertThat(line).matches("t[0-9]+ [^ ]+ [0-9.]+ [0-9]+ run=[0-9.]+");
                names.add(line.substring(0, line.indexOf(' ')));
            }
        }
        return names;
    }

    /** The tasks that the recording of the last build tells to have succeeded. */
    private Set<String> recorded() throws Exception {
        Run stats = Programs.run(directory, launcher("log", "stats", "r.hlog"));
        assertThat(stats.exitCode()).as(stats.output()).isZero();
        return stats.output()
                .lines()
                .filter(line -> line.matches("succeeded .* t[0-9]+"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .collect(Collectors.toSet());
    }

    private List<String> locks() throws IOException {
        Path locks = directory.resolve("locks");
        if (!Files.exists(locks)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(locks)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(".clear"))
                    .toList();
        }
    }

    /** Waits until nothing runs there any more: who is killed takes its jobs with it. */
    private void awaitNoProcess() throws IOException, InterruptedException {
        for (ProcessHandle process : processes()) {
            try {
                process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new AssertionError("process " + process.pid() + " lives on: " + process.info(), e);
            }
        }
    }

    private List<ProcessHandle> processes() throws IOException {
        Path place = directory.toRealPath();
        List<ProcessHandle> found = new ArrayList<>();
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            for (ProcessHandle process : all.toList()) {
                try {
                    Path cwd = Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"));
                    if (cwd.startsWith(place)) {
                        found.add(process);
                    }
                } catch (IOException e) {
                    continue; // it has ended meanwhile, or is of another user
                }
            }
        }
        return found;
    }
}
