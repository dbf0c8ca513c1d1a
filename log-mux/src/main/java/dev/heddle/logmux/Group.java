package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.Slice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of one source and channel that a strategy shows in one go: what a {@link Sink} is given. Nothing of another source
 * comes between its bytes. Valid during the call that hands it over; its bytes are read from the journal when asked for.
 */
public final class Group {

    /** How a group ends. */
    public enum Ending {
        /** With an end of line. */
        LINE,
        /** In the middle of a line, which the sink shows closed with a mark; the rest comes later, as {@link #continues}. */
        HALF_LINE,
        /** In the middle of a line that may go on at once. */
        OPEN,
        /** In the middle of a line that never got its end: it was the source's last. */
        NO_NEWLINE
    }

    /** Takes the bytes of a group, piece by piece. */
    @FunctionalInterface
    public interface Reader {
        /** Takes a piece, of at most 64 KiB. The array is valid during the call and must not be changed. */
        void read(byte[] bytes, int from, int length) throws IOException;
    }

    private static final Channel[] CHANNELS = Channel.values();

    private final int source;
    private final @Nullable JobInfo job;
    private final boolean continues;
    private final Runs runs;
    private final int from;
    private final int to;
    private final RunReader reader;
    private final Mark mark;

    Group(Lane lane, Runs runs, int from, int to, RunReader reader) {
        this(lane, runs, from, to, reader, Mark.of(CHANNELS[runs.channel(from)]));
    }

    // The parts of a piece of a source, as the view has them at hand.
    Group(Lane lane, Runs runs, int from, int to, RunReader reader, Mark mark) {
        this.mark = mark;
        this.source = lane.source;
        this.job = lane.job;
        this.continues = lane.midLine[runs.channel(from)];
        this.runs = runs;
        this.from = from;
        this.to = to;
        this.reader = reader;
    }

    /** Number of the source in the journal; 0 is the engine. */
    public int source() {
        return source;
    }

    /** The job that said it, or null for the engine's own words. */
    public @Nullable JobInfo job() {
        return job;
    }

    /** The channel it is shown on: the one it was said on, unless {@link LineRules} put it on another. */
    public Channel channel() {
        return mark.channel();
    }

    /** The channel it was said on. What was said there is in order, on whatever channels it is shown. */
    public Channel origin() {
        return CHANNELS[runs.channel(from)];
    }

    /** The colour that a filter gave to its lines, or null for that of the channel. */
    public @Nullable TextColor color() {
        return mark.color();
    }

    /** On {@code VERBOSE} and {@code TRACE}: the group that its lines name at their beginning, or null. */
    public @Nullable String topic() {
        return mark.topic();
    }

    /** Whether it begins in the middle of a line, the beginning of which was shown before. */
    public boolean continues() {
        return continues;
    }

    /** How it ends. */
    public Ending ending() {
        return switch (runs.ending(to - 1)) {
            case LINE -> Ending.LINE;
            case HALF -> Ending.HALF_LINE;
            case OPEN -> Ending.OPEN;
            case LAST -> Ending.NO_NEWLINE;
        };
    }

    /** When its first byte came, in nanoseconds of the journal's time, which begins at 0. */
    public long nanos() {
        return runs.nanos(from);
    }

    /** Number of bytes. */
    public long length() {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += runs.length(i);
        }
        return sum;
    }

    /**
     * Reads all bytes in order.
     *
     * @throws IOException if they cannot be read from the journal, or if {@code to} throws it
     */
    public void read(Reader to) throws IOException {
        for (int i = from; i < this.to; i++) {
            Slice slice = reader.slice(runs.offset(i), runs.length(i));
            to.read(slice.array(), slice.from(), slice.length());
        }
    }

    /** Takes runs with their places in the journal and the times when they came. */
    interface RunVisitor {
        void run(long offset, Slice bytes, long nanos) throws IOException;
    }

    void runs(RunVisitor to) throws IOException {
        for (int i = from; i < this.to; i++) {
            to.run(runs.offset(i), reader.slice(runs.offset(i), runs.length(i)), runs.nanos(i));
        }
    }

    /**
     * A copy of all bytes, for groups that are known to be small.
     *
     * @throws IOException if they cannot be read from the journal
     */
    public byte[] bytes() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        read(all::write);
        return all.toByteArray();
    }

    @Override
    public String toString() {
        return "group of source " + source + " on " + channel() + ", " + length() + " bytes, runs "
                + Arrays.toString(new int[] {from, to});
    }
}
