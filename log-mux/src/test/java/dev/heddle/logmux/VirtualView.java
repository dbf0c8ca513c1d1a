package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A view whose time passes only when a test says so; sources are told what they say. */
final class VirtualView {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Growing journal = new Growing();
    private final ViewDriver driver;

    VirtualView(GroupingStrategy strategy, Sink sink) {
        this(strategy, sink, LineRules.none());
    }

    VirtualView(GroupingStrategy strategy, Sink sink, LineRules rules) {
        LineClassifier classifier = new LineClassifier(rules, (filter, failure) -> {
            throw new AssertionError(filter + " failed", failure);
        });
        driver = new ViewDriver(strategy, sink, new RunReader(journal), classifier);
    }

    /** The sink shows half lines itself. */
    VirtualView holdHalfLines() {
        driver.holdHalfLines();
        return this;
    }

    void strategy(GroupingStrategy strategy) throws IOException {
        driver.strategy(strategy);
    }

    /** Lets time pass until so many milliseconds after the beginning. */
    VirtualView at(long millis) {
        driver.time(millis * NANOS_PER_MILLI);
        return this;
    }

    VirtualView open(int source) {
        driver.task(source, new JobInfo(source, "job" + source, null, "job" + source, "local", 1), false);
        return this;
    }

    VirtualView say(int source, String text) {
        return say(source, Channel.STDOUT, text);
    }

    VirtualView say(int source, Channel channel, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += 65536) {
            int length = Math.min(65536, bytes.length - from);
            long offset = journal.append(bytes, from, length);
            driver.data(source, channel, offset, new Slice(bytes, from, length));
        }
        return this;
    }

    VirtualView end(int source, int code) {
        driver.end(source, JobEnding.exited(code), new long[Lane.CHANNELS]);
        return this;
    }

    VirtualView dump() throws IOException {
        driver.dump();
        return this;
    }

    void finish() throws IOException {
        driver.finish();
    }

    ViewStatistics statistics() {
        return driver.statistics();
    }

    /** Writes down every group as {@code source:text}, with {@code +} before a continued one and {@code ~} behind a half line. */
    static final class Notes implements Sink {
        private final List<String> notes = new ArrayList<>();

        /** What was shown since the last call. */
        List<String> take() {
            List<String> taken = List.copyOf(notes);
            notes.clear();
            return taken;
        }

        @Override
        public void write(Group group) throws IOException {
            String text = new String(group.bytes(), StandardCharsets.UTF_8).replace("\n", "|");
            String half = group.ending() == Group.Ending.HALF_LINE ? "~" : "";
            notes.add(group.source() + ":" + (group.continues() ? "+" : "") + text + half);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static final class Growing extends ByteArrayOutputStream implements RunReader.Bytes {

        long append(byte[] bytes, int from, int length) {
            long offset = count;
            write(bytes, from, length);
            return offset;
        }

        @Override
        public int read(long offset, byte[] to, int at, int length) {
            int known = (int) Math.min(length, count - offset);
            System.arraycopy(buf, (int) offset, to, at, Math.max(0, known));
            return known <= 0 ? -1 : known;
        }

        @Override
        public long length() {
            return count;
        }

        @Override
        public void close() {}
    }
}
