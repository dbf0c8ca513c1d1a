package dev.heddle.bench;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.Journal;
import dev.heddle.logmux.JournalReader;
import dev.heddle.logmux.Sink;
import dev.heddle.logmux.ViewStatistics;
import dev.heddle.logmux.wire.CompactEncoder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * How often does each strategy switch between sources, and how long does a byte wait under it? The time is the recording's,
 * so that the figures are the same on every machine.
 *
 * <p>Arguments: a directory of recordings, or nothing for one that is invented.
 */
final class StrategyDelays {

    private static final int CHANNELS = Channel.values().length;
    private static final int INTERVAL = 64 * 1024;
    private static final byte[] MARK = {1, 2, 3, 4, 5, 6, 7, 8};

    private StrategyDelays() {}

    /** Prints a table. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        out.println("| recording | strategy | switches | half lines | mean | 99 % | longest |");
        out.println("| --- | --- | --- | --- | --- | --- | --- |");
        for (Recording recording : Recording.all(args)) {
            Path file = Files.createTempFile("heddle-delays-", ".hlog");
            try {
                write(recording, file);
                for (GroupingStrategy strategy : GroupingStrategy.all()) {
                    try (JournalReader reader = Journal.open(file)) {
                        print(out, recording, strategy, reader.replay(strategy, new Nowhere()));
                    }
                }
            } finally {
                Files.delete(file);
            }
        }
    }

    private static void print(PrintStream out, Recording recording, GroupingStrategy strategy, ViewStatistics view) {
        out.printf(
                "| %s | %s | %d | %d | %s | %s | %s |%n",
                recording.name(),
                strategy.name(),
                view.switches(),
                view.halfLines(),
                time(view.meanDelayNanos()),
                time(view.p99DelayNanos()),
                time(view.maxDelayNanos()));
    }

    private static String time(long nanos) {
        double millis = nanos / 1e6;
        return millis < 1000
                ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }

    // Written with the times of the recording, which a multiplexer would take from a clock.
    private static void write(Recording recording, Path file) throws IOException {
        CompactEncoder encoder = new CompactEncoder(MARK);
        Set<Integer> open = new HashSet<>();
        encoder.session(0);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (Recording.Event event : recording.records()) {
                encoder.time(event.micros() * 1000);
                if (open.add(event.job())) {
                    String name = "job" + event.job();
                    encoder.task(event.job(), new JobInfo(event.job(), name, null, name, "local", 1), false);
                }
                if (event.kind().equals("output") && event.bytes().length > 0) {
                    encoder.data(event.job(), Channel.STDOUT, event.bytes().length);
                    encoder.payload(event.bytes(), 0, event.bytes().length);
                } else if (event.kind().equals("exit")) {
                    encoder.end(event.job(), JobEnding.exited(0), new long[CHANNELS]);
                }
                if (encoder.sinceCheckpoint() > INTERVAL) {
                    encoder.checkpoint(open.size() + 1);
                }
                out.write(encoder.buffer(), 0, encoder.take());
            }
            encoder.checkpoint(open.size() + 1);
            out.write(encoder.buffer(), 0, encoder.take());
        }
    }

    /** Shows nothing. */
    private static final class Nowhere implements Sink {
        @Override
        public void write(Group group) {
            // Only the times of groups are of interest.
        }

        @Override
        public void flush() {
            // Nothing waits.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
