package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.CompactDecoder;
import dev.heddle.logmux.wire.CompactEncoder;
import dev.heddle.logmux.wire.CompactFormat;
import dev.heddle.logmux.wire.FrameVisitor;
import dev.heddle.logmux.wire.Slice;
import dev.heddle.logmux.wire.WireFormatException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A journal at the point where a writer begins: new, or cut back to its last whole frame.
 *
 * @param store where the bytes go
 * @param encoder stands at the end of what is there
 * @param nanos time of the journal
 * @param nextSource number of the next source
 * @param position where views begin, in a journal that was there before
 */
record JournalOpening(
        JournalStore store,
        CompactEncoder encoder,
        long nanos,
        int nextSource,
        @Nullable Position position) {

    /** Enough to hold a checkpoint and what is behind it, in any journal that was not damaged. */
    private static final int TAIL = 4 * CompactFormat.MAX_INTERVAL;

    /**
     * A place in an old journal.
     *
     * @param template knows the head of the stream
     * @param checkpoint where it is
     */
    record Position(CompactDecoder template, CompactDecoder.Checkpoint checkpoint) {}

    static JournalOpening inMemory(long limit) {
        return fresh(new JournalStore(null, 0, limit));
    }

    /** A new journal. Its file has its name only when it has its head: whoever finds it can read it. */
    static JournalOpening create(Path path) throws IOException {
        JournalFile.Fresh fresh = JournalFile.begin(path);
        boolean complete = false;
        try {
            JournalOpening opening = into(fresh.file());
            IOException failure = opening.store.append(opening.encoder);
            if (failure != null) {
                throw failure;
            }
            fresh.publish();
            complete = true;
            return opening;
        } finally {
            if (!complete) {
                fresh.discard();
            }
        }
    }

    /** A new journal in an empty file. */
    static JournalOpening into(RandomAccessFile file) {
        return fresh(new JournalStore(file, 0, OutputMultiplexer.FALLBACK_BYTES));
    }

    private static JournalOpening fresh(JournalStore store) {
        byte[] mark = new byte[8];
        new SecureRandom().nextBytes(mark);
        return new JournalOpening(store, new CompactEncoder(mark), 0, 1, null);
    }

    static JournalOpening append(Path path) throws IOException {
        if (Files.notExists(path)) {
            return create(path);
        }
        RandomAccessFile file = JournalFile.lock(path);
        boolean complete = false;
        try {
            JournalOpening opening = recover(file);
            complete = true;
            return opening;
        } finally {
            if (!complete) {
                file.close();
            }
        }
    }

    private static JournalOpening recover(RandomAccessFile file) throws IOException {
        Highest highest = new Highest();
        CompactDecoder decoder = new CompactDecoder(highest);
        long size = file.length();
        byte[] tail = new byte[(int) Math.min(size, TAIL)];
        file.readFully(tail, 0, (int) Math.min(size, CompactFormat.HEAD_LENGTH));
        decoder.decode(tail, 0, (int) Math.min(size, CompactFormat.HEAD_LENGTH));
        if (decoder.mark() == null) {
            throw new WireFormatException(0, "the head of the journal is not complete; remove the file to begin anew");
        }
        long start = size - tail.length;
        file.seek(start);
        file.readFully(tail);
        CompactDecoder.Checkpoint last = null;
        for (int from = 0; ; ) {
            CompactDecoder.Checkpoint found = decoder.findCheckpoint(tail, from, tail.length, start);
            if (found == null) {
                break;
            }
            last = found;
            from = (int) (found.end() - start);
        }
        int at;
        if (last != null) {
            decoder.resume(last);
            highest.next = last.nextSource();
            at = (int) (last.end() - start);
        } else if (start == 0) {
            at = (int) decoder.offset();
        } else {
            throw new WireFormatException(start, "no checkpoint near the end of the journal; it cannot be continued");
        }
        try {
            decoder.decode(tail, at, tail.length);
        } catch (WireFormatException e) {
            // A torn end is expected after a crash: the offset of the decoder stands behind the last whole frame.
            assert e.offset() == decoder.offset() : "BUG: torn elsewhere";
        }
        return resume(file, decoder, decoder.encoder(tail, (int) (decoder.offset() - start)), highest);
    }

    private static JournalOpening resume(
            RandomAccessFile file, CompactDecoder decoder, CompactEncoder encoder, Highest highest) throws IOException {
        long end = decoder.offset();
        file.setLength(end);
        file.seek(end);
        JournalStore store = new JournalStore(file, end, OutputMultiplexer.FALLBACK_BYTES);
        encoder.checkpoint(highest.next);
        long checkpointEnd = encoder.offset();
        IOException failure = store.append(encoder);
        if (failure != null) {
            throw failure;
        }
        CompactDecoder.Checkpoint here =
                new CompactDecoder.Checkpoint(end, checkpointEnd, decoder.nanos() / decoder.tickNanos(), highest.next);
        return new JournalOpening(store, encoder, decoder.nanos(), highest.next, new Position(decoder, here));
    }

    JournalWriter.Start start(long epochMillis) {
        return new JournalWriter.Start(nanos, nextSource, epochMillis);
    }

    /** Wall time when the time of the journal was 0, if it is {@code epochMillis} now. */
    long epochMillis(long epochMillis) {
        return epochMillis - TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** A decoder that stands where views begin. */
    CompactDecoder decoder(FrameVisitor visitor) {
        if (position == null) {
            return new CompactDecoder(visitor);
        }
        CompactDecoder decoder = position.template().sibling(visitor);
        decoder.resume(position.checkpoint());
        return decoder;
    }

    /** The highest number of a source. */
    private static final class Highest implements FrameVisitor {
        int next = 1;

        @Override
        public void session(long epochMillis) {}

        @Override
        public void time(long nanos) {}

        @Override
        public void task(int source, JobInfo job, boolean live) {
            next = Math.max(next, source + 1);
        }

        @Override
        public void data(int source, Channel channel, long offset, Slice bytes) {
            next = Math.max(next, source + 1);
        }

        @Override
        public void end(int source, JobEnding ending, long[] totals) {
            next = Math.max(next, source + 1);
        }
    }
}
