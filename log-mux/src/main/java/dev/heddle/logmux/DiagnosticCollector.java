package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic;
import dev.heddle.core.Diagnostic.Severity;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent.DiagnosticFound;
import dev.heddle.core.event.BuildEvent.Stamp;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.logmux.wire.Slice;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds diagnostics in what jobs say, counts them and tells them: a sink that shows nothing. What it finds depends on the bytes of
 * a job alone, not on how they were cut or what others said.
 *
 * <p>A job that was opened without a number is told under that of its source, so that jobs of one name can be told apart.
 *
 * <p>Holds at most 4 KiB of the line that is not complete for each source and channel.
 */
final class DiagnosticCollector implements Sink {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** One source and channel. */
    private final class Reading {
        private final JobInfo job;
        private final Channel channel;
        private final DiagnosticMachine machine;
        private final LineText line = new LineText();
        private long lineAt;
        private long lineLength;

        Reading(JobInfo job, Channel channel) {
            this.job = job;
            this.channel = channel;
            this.machine = new DiagnosticMachine(matchers, found -> tell(job, found));
        }

        void take(long offset, Slice bytes) {
            int start = lineLength > 0 ? rest(offset, bytes) : 0;
            if (start < bytes.length()) {
                lines(offset + start, new Slice(bytes.array(), bytes.from() + start, bytes.length() - start));
            }
        }

        // The rest of a line that began in an earlier piece, apart from the others, which may be plain; gives where it
        // ends.
        private int rest(long offset, Slice bytes) {
            int end = Lines.afterFirst(bytes.array(), bytes.from(), bytes.length());
            if (end == 0) {
                half(offset, bytes, 0);
                return bytes.length();
            }
            half(offset, new Slice(bytes.array(), bytes.from(), end), 0);
            endLine();
            return end;
        }

        private void lines(long offset, Slice bytes) {
            int start = plain(bytes, 0);
            int length = Lines.afterFirst(bytes.array(), bytes.from() + start, bytes.length() - start);
            while (length > 0) {
                half(offset + start, new Slice(bytes.array(), bytes.from(), start + length), start);
                endLine();
                start = plain(bytes, start + length);
                length = Lines.afterFirst(bytes.array(), bytes.from() + start, bytes.length() - start);
            }
            half(offset + start, bytes, start);
        }

        // Where the first line begins, from the one at `start` on, that must be looked at or is not complete.
        private int plain(Slice bytes, int start) {
            return machine.isOpen() ? start : Lines.plain(words, bytes, start);
        }

        private void half(long offset, Slice bytes, int start) {
            int length = bytes.length() - start;
            if (length > 0) {
                lineAt = lineLength == 0 ? offset : lineAt;
                line.add(bytes.array(), bytes.from() + start, length);
                lineLength += length;
            }
        }

        private void endLine() {
            line.finish();
            if (machine.line(line, lineAt, lineLength) == DiagnosticMachine.Step.OUTSIDE) {
                LineFilter.Verdict verdict = classifier.verdict(job, channel, line);
                Diagnostic told = verdict == null ? null : verdict.diagnostic();
                if (told != null) {
                    tell(job, new DiagnosticMachine.Found(told, lineAt, lineLength));
                }
            }
            line.clear();
            lineLength = 0;
        }

        void end() {
            if (lineLength > 0) {
                endLine();
            }
            machine.close();
        }
    }

    private final MatcherSet matchers;
    private final LineClassifier classifier;
    /** All words that a matcher or a filter needs. */
    private final Literals words;

    private final boolean warningsAreErrors;
    private final Tally tally;
    private final @Nullable BuildEventListener listener;
    private final long startMillis;
    private final Map<Integer, Map<Channel, Reading>> readings = new HashMap<>();
    private long nanos;
    private long sequence;

    /**
     * A collector.
     *
     * @param startMillis wall time when the time of the journal was 0
     */
    DiagnosticCollector(
            LineRules rules,
            LineClassifier classifier,
            Tally tally,
            @Nullable BuildEventListener listener,
            long startMillis) {
        this.matchers = new MatcherSet(rules.matchers());
        this.classifier = classifier;
        List<List<String>> needs = new ArrayList<>(matchers.needs());
        needs.addAll(classifier.needs());
        this.words = Literals.anyOf(needs);
        this.warningsAreErrors = rules.warningsAreErrors();
        this.tally = tally;
        this.listener = listener;
        this.startMillis = startMillis;
    }

    @Override
    public void write(Group group) throws IOException {
        write(group, null);
    }

    /** Takes a group, whose runs another is given as well: so that they are read once. */
    void write(Group group, Group.@Nullable RunVisitor other) throws IOException {
        JobInfo job = group.job();
        Channel channel = group.origin();
        if (job == null || (channel != Channel.STDOUT && channel != Channel.STDERR)) {
            if (other != null) {
                group.runs(other);
            }
            return;
        }
        Reading reading = readings.computeIfAbsent(group.source(), source -> new EnumMap<>(Channel.class))
                .computeIfAbsent(channel, c -> new Reading(job.orNumber(group.source()), c));
        group.runs((offset, bytes, at) -> {
            nanos = Math.max(nanos, at);
            reading.take(offset, bytes);
            if (other != null) {
                other.run(offset, bytes, at);
            }
        });
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) {
        Map<Channel, Reading> ended = readings.remove(source);
        if (ended != null) {
            ended.values().forEach(Reading::end);
        }
    }

    private void tell(JobInfo job, DiagnosticMachine.Found found) {
        Diagnostic said = found.diagnostic();
        boolean worse = warningsAreErrors && said.severity() == Severity.WARNING;
        Diagnostic told = worse
                ? new Diagnostic(Severity.ERROR, said.location(), said.code(), said.message(), said.matcher())
                : said;
        tally.add(job.task(), told.severity());
        if (listener != null) {
            Instant time = Instant.ofEpochMilli(startMillis + nanos / NANOS_PER_MILLI);
            listener.onEvent(
                    new DiagnosticFound(new Stamp(++sequence, nanos, time), job, told, found.offset(), found.bytes()));
        }
    }

    @Override
    public boolean minds(Channel channel) {
        return false;
    }

    @Override
    public boolean mindsEvents() {
        return false;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "the diagnostics";
    }
}
