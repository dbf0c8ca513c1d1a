package dev.heddle.bench;

import dev.heddle.core.Channel;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.Journal;
import dev.heddle.logmux.JournalReader;
import dev.heddle.logmux.JournalStatistics;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How many bytes does the journal need beside those that the jobs printed, and how many do {@linkplain PeerFraming others}
 * need for the same pieces? All of them are written, none is quoted.
 *
 * <p>Arguments: a directory of recordings, or nothing for one that is invented. Pieces are written to the journal in their
 * recorded time; gaps in which the journal would wait no longer for company are cut short, which changes nothing.
 */
final class FramingOverhead {

    /** Longer than the journal waits for more of the same. */
    private static final long LONGEST_GAP_NANOS = 30_000_000;

    private static final double MOST_PERCENT = 2.5;
    private static final String CELL = " %12s";

    private FramingOverhead() {}

    /** Prints a table. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        out.println(head());
        long payload = 0;
        long framing = 0;
        long all = 0;
        long pieces = 0;
        long[] peers = new long[PeerFraming.values().length];
        for (Recording recording : Recording.all(args)) {
            JournalStatistics journal = journal(recording);
            long[] theirs = Arrays.stream(PeerFraming.values())
                    .mapToLong(peer -> peer.framing(recording))
                    .toArray();
            long count = pieces(recording);
            out.println(row(recording.name(), journal.payload(), count)
                    + percents(journal.payload(), journal.framing(), journal.framing() + journal.descriptions())
                    + percents(journal.payload(), theirs));
            payload += journal.payload();
            framing += journal.framing();
            all += journal.framing() + journal.descriptions();
            pieces += count;
            Arrays.setAll(peers, i -> peers[i] + theirs[i]);
        }
        out.println(row("all", payload, pieces) + percents(payload, framing, all) + percents(payload, peers));
        if (args.length > 0) {
            boolean reached = percent(framing, payload) <= MOST_PERCENT;
            out.printf("target: framing at most %.1f %%: %s%n", MOST_PERCENT, reached ? "reached" : "MISSED");
        }
    }

    private static String head() {
        StringBuilder head = new StringBuilder(String.format("%-16s %10s %8s", "recording", "bytes", "pieces"));
        head.append(String.format(CELL, "journal")).append(String.format(CELL, "with names"));
        for (PeerFraming peer : PeerFraming.values()) {
            head.append(String.format(CELL, peer.title()));
        }
        return head.toString();
    }

    private static String row(String name, long payload, long pieces) {
        return String.format(Locale.ROOT, "%-16s %10d %8d", name, payload, pieces);
    }

    private static String percents(long payload, long... framings) {
        StringBuilder cells = new StringBuilder();
        for (long framing : framings) {
            cells.append(String.format(CELL, String.format(Locale.ROOT, "%.2f %%", percent(framing, payload))));
        }
        return cells.toString();
    }

    private static long pieces(Recording recording) {
        return recording.records().stream()
                .filter(event -> event.kind().equals("output"))
                .count();
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }

    private static JournalStatistics journal(Recording recording) throws IOException {
        Path file = Files.createTempFile("heddle-framing-", ".hlog");
        try {
            AtomicLong now = new AtomicLong();
            try (OutputMultiplexer mux = OutputMultiplexer.builder()
                    .strategy(GroupingStrategy.byName("raw"))
                    .journal(file)
                    .ticker(now::get)
                    .build()) {
                write(recording, mux, now);
            }
            try (JournalReader reader = Journal.open(file)) {
                return reader.statistics();
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void write(Recording recording, OutputMultiplexer mux, AtomicLong now) {
        Map<Integer, OutputSource> open = new HashMap<>();
        for (Recording.Event event : recording.records()) {
            long nanos = event.micros() * 1000;
            pause(Math.min(nanos - now.get(), LONGEST_GAP_NANOS));
            now.set(nanos);
            OutputSource source = open.computeIfAbsent(
                    event.job(),
                    job -> mux.open("job" + job, null, event.text().isEmpty() ? "job" + job : event.text()));
            if (event.kind().equals("output")) {
                source.write(Channel.STDOUT, event.bytes());
            } else if (event.kind().equals("exit")) {
                source.finish(0);
            }
        }
        open.values().forEach(OutputSource::close);
    }

    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
