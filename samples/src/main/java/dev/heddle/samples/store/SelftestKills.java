package dev.heddle.samples.store;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.RunningProcess;
import dev.heddle.samples.cli.JobProcesses;
import dev.heddle.store.local.LocalStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Kills processes that put things into a store, each when it has told some number of paths, and looks whether the store still
 * has every path that was told. One store takes all kills, so that each finds what the one before left.
 */
final class SelftestKills implements AutoCloseable {

    private static final int MOST_TOLD = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path store;
    private final Path goods;
    private final long seed;
    private final SplittableRandom random;
    private final SelftestFindings findings;
    private final ProcessRunner runner = JobProcesses.runner();
    private int next;

    /** Kills in a store in {@code directory}, which exists, until closed. */
    SelftestKills(Path directory, long seed, SelftestFindings findings) {
        this.store = directory.resolve("killed");
        this.goods = directory.resolve("goods");
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.findings = findings;
    }

    /** Lets one process work, kills it, and looks. */
    void round() throws IOException, InterruptedException {
        Told told = new Told(1 + random.nextInt(MOST_TOLD));
        RunningProcess victim = runner.start(command(), told);
        boolean reached = told.await(victim);
        victim.terminate(Duration.ZERO);
        try {
            victim.ended().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("a process that was killed has not ended: " + e.getMessage(), e);
        }
        if (!reached) {
            findings.found("a process ended by itself, and said: " + told.words());
        }
        look(told.paths());
        next += MOST_TOLD * 2;
        findings.count("kills");
    }

    private Command command() {
        return Command.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SelftestVictim.class.getName(),
                        store.toString(),
                        goods.toString(),
                        Long.toString(seed),
                        Integer.toString(next))
                .capture(Command.Capture.LABELLED);
    }

    private void look(List<String> told) throws IOException {
        try (LocalStore opened = LocalStore.open(store)) {
            for (String path : told) {
                findings.look(opened, StorePath.parse(path), "after a kill");
            }
            findings.count("paths looked at after kills", told.size());
        }
    }

    @Override
    public void close() {
        runner.close();
    }

    /** What a process has told: whole lines on its standard output; what it says otherwise is kept for people. */
    private static final class Told implements JobOutput {
        private static final int MOST_WORDS = 2_000;

        private final int wanted;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final List<String> paths = new ArrayList<>();
        private final StringBuilder words = new StringBuilder();

        Told(int wanted) {
            this.wanted = wanted;
        }

        @Override
        public synchronized void write(Channel channel, byte[] bytes, int offset, int length) {
            if (channel != Channel.STDOUT) {
                if (words.length() < MOST_WORDS) {
                    words.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
                }
                return;
            }
            for (int i = offset; i < offset + length; i++) {
                if (bytes[i] == '\n') {
                    paths.add(line.toString(StandardCharsets.UTF_8).substring("did ".length()));
                    line.reset();
                } else {
                    line.write(bytes[i]);
                }
            }
            if (paths.size() >= wanted) {
                reached.countDown();
            }
        }

        /** Waits until so many paths were told; false if the process ended before. */
        boolean await(RunningProcess victim) throws InterruptedException, IOException {
            var unused = victim.ended().thenRun(reached::countDown);
            if (!reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("a process told nothing within " + PATIENCE.toSeconds() + " s");
            }
            return paths().size() >= wanted;
        }

        synchronized List<String> paths() {
            return List.copyOf(paths);
        }

        synchronized String words() {
            return words.toString();
        }

        @Override
        public void finish(Outcome outcome) {}

        @Override
        public void close() {}
    }
}
