package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.CompactDecoder;
import dev.heddle.logmux.wire.CompactFormat;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.SourceNote;
import dev.heddle.logmux.wire.WireFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal from front to back, an interval between two checkpoints at a time, and hands on only intervals whose
 * checksum is right. What is wrong is left out and counted, and reading goes on behind the next checkpoint. The end, which has
 * no checkpoint yet, is handed on as far as it consists of whole frames; of a DATA frame that is cut there, what is there is
 * handed on as torn.
 *
 * <p>Holds one interval in memory: at most {@link CompactFormat#MAX_INTERVAL} bytes, a frame, and the records of its frames.
 * Owned by one thread.
 */
final class JournalScanner {

    private static final int BUFFER = 2 * CompactFormat.MAX_INTERVAL + CompactFormat.MAX_DATA;
    /** Longest checkpoint. */
    private static final int MARGIN = 64;

    private final RunReader reader;
    private final Target target;
    private final byte[] buffer = new byte[BUFFER];
    private final List<Frame> frames = new ArrayList<>();
    private CompactDecoder decoder;
    private CompactDecoder.@Nullable Checkpoint place;
    /** Offset in the journal of {@code buffer[0]}, where an interval begins or, if the place is lost, the search goes on. */
    private long start;

    private int filled;
    private long delivered;
    private long damaged;
    private boolean lost;
    private boolean cutting;

    /** Takes what is found to be right. */
    interface Target extends FrameVisitor {
        /** What is handed on until the next call stands in the frame between these offsets. */
        default void frame(long offset, long end) {}

        /**
         * What is there of a cut frame of data at the end. When more of the frame is there later, it comes again as a whole, by
         * {@link #data}.
         */
        default void torn(int source, Channel channel, long offset, Slice bytes) {
            data(source, channel, offset, bytes);
        }

        /** A checkpoint, or the head, ends here; reading may begin again at this place. */
        default void place(CompactDecoder.Checkpoint place) {}
    }

    private record Frame(long offset, Event event) {}

    @FunctionalInterface
    private interface Event {
        void to(FrameVisitor visitor);
    }

    /** Reads from the beginning. */
    JournalScanner(RunReader reader, Target target) {
        this.reader = reader;
        this.target = target;
        this.decoder = new CompactDecoder(new Collector());
    }

    /** Reads from a place that another scanner of the same journal has come by. */
    JournalScanner(RunReader reader, Target target, CompactDecoder template, CompactDecoder.Checkpoint from) {
        this(reader, target);
        decoder = template.sibling(new Collector());
        place = from;
        start = from.end();
        delivered = start;
    }

    /** A decoder that knows the head of the stream, once it was read. */
    CompactDecoder template() {
        return decoder;
    }

    /** Throws unless the beginning of a journal was read. */
    void requireHead() throws WireFormatException {
        if (decoder.mark() == null) {
            throw new WireFormatException(0, "the head of the journal is not complete");
        }
    }

    long damaged() {
        return damaged;
    }

    /** Offset before which nothing is read again. */
    long start() {
        return start;
    }

    /** Offset behind the last frame that was handed on or left out. */
    long delivered() {
        return delivered;
    }

    /**
     * Reads on to the end of what is there, or until {@code limit} is behind.
     *
     * @throws WireFormatException if the stream does not begin as a journal does
     */
    void scan(long limit) throws IOException {
        boolean more = true;
        while (more && start < limit) {
            boolean end = fill();
            reader.atHand(buffer, start, filled);
            more = lost ? search(0, end) : interval(end);
            reader.atHand(buffer, 0, 0);
        }
    }

    // True at the end of the journal as it is now.
    private boolean fill() throws IOException {
        while (filled < BUFFER) {
            int count = reader.read(start + filled, buffer, filled, BUFFER - filled);
            if (count <= 0) {
                return true;
            }
            filled += count;
        }
        return false;
    }

    private void drop(int count) {
        System.arraycopy(buffer, count, buffer, 0, filled - count);
        filled -= count;
        start += count;
    }

    // False when nothing more can be done with what there is.
    private boolean interval(boolean end) throws IOException {
        frames.clear();
        CompactDecoder.Checkpoint from = place;
        if (from != null) {
            decoder.resume(from);
        }
        int done;
        try {
            done = decoder.decodeInterval(buffer, 0, filled);
        } catch (WireFormatException e) {
            if (decoder.mark() == null) {
                throw e;
            }
            return search(1, end);
        }
        if (decoder.isAtInterval() && done > 0) {
            deliver(start + done);
            place = decoder.place();
            target.place(decoder.place());
            drop(done);
            return true;
        }
        deliver(start + done);
        if (decoder.mark() == null) {
            decoder = new CompactDecoder(new Collector());
        } else if (end) {
            cut(done);
        }
        return false;
    }

    // A checkpoint in the rest means that the length of a frame is damaged, and what follows is not all its own.
    private void cut(int from) throws WireFormatException {
        if (decoder.findCheckpoint(buffer, from, filled, start) == null) {
            cutting = true;
            try {
                decoder.decodeCut(buffer, from, filled);
            } finally {
                cutting = false;
            }
        }
    }

    private void deliver(long end) {
        for (int i = 0; i < frames.size(); i++) {
            Frame frame = frames.get(i);
            if (frame.offset >= delivered) {
                target.frame(frame.offset, i + 1 < frames.size() ? frames.get(i + 1).offset : end);
                frame.event.to(target);
            }
        }
        frames.clear();
        delivered = Math.max(delivered, end);
    }

    private boolean search(int from, boolean end) {
        CompactDecoder.Checkpoint found = decoder.findCheckpoint(buffer, from, filled, start);
        if (found != null) {
            int skip = (int) (found.end() - start);
            damaged += skip;
            lost = false;
            place = found;
            delivered = Math.max(delivered, found.end());
            drop(skip);
            return true;
        }
        if (end) {
            return endOfDamage();
        }
        lost = true;
        damaged += filled - MARGIN;
        drop(filled - MARGIN);
        return true;
    }

    // No checkpoint follows. What came before the damage in the last interval is as good as any end without a
    // checkpoint.
    private boolean endOfDamage() {
        if (!lost) {
            deliver(decoder.offset());
        }
        return false;
    }

    /** Keeps the frames of an interval until its checksum is known. */
    private final class Collector implements FrameVisitor {

        private void add(Event event) {
            frames.add(new Frame(decoder.offset(), event));
        }

        @Override
        public void session(long epochMillis) {
            add(to -> to.session(epochMillis));
        }

        @Override
        public void time(long nanos) {
            add(to -> to.time(nanos));
        }

        @Override
        public void task(int source, JobInfo job, boolean live) {
            add(to -> to.task(source, job, live));
        }

        @Override
        public void data(int source, Channel channel, long offset, Slice bytes) {
            if (cutting) {
                target.torn(source, channel, offset, bytes);
            } else {
                add(to -> to.data(source, channel, offset, bytes));
            }
        }

        @Override
        public void note(int source, SourceNote note, long value) {
            add(to -> to.note(source, note, value));
        }

        @Override
        public void end(int source, JobEnding ending, long[] totals) {
            add(to -> to.end(source, ending, totals));
        }

        @Override
        public void event(Slice json) {
            add(to -> to.event(json));
        }

        @Override
        public void checkpoint(long offset, int nextSource) {
            frames.add(new Frame(offset, to -> to.checkpoint(offset, nextSource)));
        }
    }
}
