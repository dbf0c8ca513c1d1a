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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How many bytes does the journal need beside those that the jobs printed, and how many does the text framing of a
 * multiplexed Guix daemon need for the same pieces?
 *
 * <p>Arguments: a directory of recordings, or nothing for one that is invented. Pieces are written to the journal in their
 * recorded time; gaps in which the journal would wait no longer for company are cut short, which changes nothing.
 */
final class FramingOverhead {

    /** Longer than the journal waits for more of the same. */
    private static final long LONGEST_GAP_NANOS = 30_000_000;

    private static final double MOST_PERCENT = 2.5;

    private FramingOverhead() {}

    /** Prints a table. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        out.printf("%-16s %10s %8s %9s %11s %8s%n", "recording", "bytes", "pieces", "framing", "with names", "Guix");
        long payload = 0;
        long framing = 0;
        long all = 0;
        long guix = 0;
        for (Recording recording : recordings(args)) {
            JournalStatistics journal = journal(recording);
            long text = guixFraming(recording);
            print(out, recording, journal, text);
            payload += journal.payload();
            framing += journal.framing();
            all += journal.framing() + journal.descriptions();
            guix += text;
        }
        double percent = percent(framing, payload);
        out.printf(
                "%-16s %10d %8s %9s %11s %8s%n",
                "all", payload, "", text(percent), text(percent(all, payload)), text(percent(guix, payload)));
        if (args.length > 0) {
            out.printf(
                    "target: framing at most %.1f %%: %s%n",
                    MOST_PERCENT, percent <= MOST_PERCENT ? "reached" : "MISSED");
        }
    }

    private static void print(PrintStream out, Recording recording, JournalStatistics journal, long guix) {
        out.printf(
                "%-16s %10d %8d %9s %11s %8s%n",
                recording.name(),
                journal.payload(),
                recording.records().stream()
                        .filter(event -> event.kind().equals("output"))
                        .count(),
                text(journal.framingPercent()),
                text(journal.overheadPercent()),
                text(percent(guix, journal.payload())));
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }

    private static String text(double percent) {
        return String.format(Locale.ROOT, "%.2f %%", percent);
    }

    private static List<Recording> recordings(String[] args) throws IOException {
        if (args.length == 0) {
            return List.of(Recording.invented(8, 4000));
        }
        List<Recording> recordings = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(args[0]))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList()) {
                recordings.add(Recording.read(file));
            }
        }
        return recordings;
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

    /** {@code @ build-log PID LENGTH} and an end of line, then the piece, in one string of the worker protocol's log frame. */
    private static long guixFraming(Recording recording) {
        long framing = 0;
        for (Recording.Event event : recording.records()) {
            if (event.kind().equals("output")) {
                int size = event.bytes().length;
                int header = ("@ build-log 25935 " + size + "\n").length();
                int padding = -(header + size) & 7;
                framing += 16 + header + padding;
            }
        }
        return framing;
    }
}
