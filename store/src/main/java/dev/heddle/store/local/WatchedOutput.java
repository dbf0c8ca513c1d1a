package dev.heddle.store.local;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Passes on what a builder prints, into the log and to whoever watches the build, and notes what the limits are about: how
 * much it was, and when it was last.
 *
 * <p>Written by the threads that read the builder's output, asked by the one that waits for its end. A log that cannot be
 * written does not stop the build; that is told once, on the channel of warnings.
 */
final class WatchedOutput implements JobOutput {

    /** How many lines a failure quotes, as in Nix. */
    static final int LAST_LINES = 10;

    /** Longer lines are quoted by their beginning. */
    private static final int MOST_LINE_BYTES = 1000;

    private final JobOutput output;
    private final OutputStream log;
    private final long mostBytes;
    private final LongSupplier ticker;
    private final CompletableFuture<Void> overflow = new CompletableFuture<>();
    private final Deque<String> lines = new ArrayDeque<>();
    private final byte[] line = new byte[MOST_LINE_BYTES];
    private int lineBytes;
    private boolean midLine;
    private long bytes;
    private boolean logging = true;
    private volatile long lastTick;

    /**
     * @param output takes everything on its channel; not finished and not closed
     * @param log takes everything; not closed
     * @param mostBytes what is behind so many bytes is dropped; zero for no limit
     * @param ticker nanoseconds from any origin
     */
    WatchedOutput(JobOutput output, OutputStream log, long mostBytes, LongSupplier ticker) {
        this.output = output;
        this.log = log;
        this.mostBytes = mostBytes == 0 ? Long.MAX_VALUE : mostBytes;
        this.ticker = ticker;
        this.lastTick = ticker.getAsLong();
    }

    @Override
    public synchronized void write(Channel channel, byte[] from, int offset, int length) {
        int taken = (int) Math.min(length, mostBytes - bytes);
        bytes += taken;
        if (taken > 0) {
            log(from, offset, taken);
            quote(from, offset, taken);
            output.write(channel, from, offset, taken);
            // Behind the write, so that what blocks there is not the builder's silence.
            lastTick = ticker.getAsLong();
        }
        if (taken < length) {
            overflow.complete(null);
        }
    }

    private void log(byte[] from, int offset, int length) {
        if (!logging) {
            return;
        }
        try {
            log.write(from, offset, length);
        } catch (IOException e) {
            logging = false;
            String warning = "the log of this build is not written any more: " + e.getMessage() + "\n";
            output.write(Channel.WARNING, warning.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void quote(byte[] from, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (from[i] == '\n') {
                endLine();
                continue;
            }
            midLine = true;
            if (lineBytes < MOST_LINE_BYTES) {
                line[lineBytes++] = from[i];
            }
        }
    }

    private void endLine() {
        if (lines.size() == LAST_LINES) {
            lines.removeFirst();
        }
        lines.add(new String(line, 0, lineBytes, StandardCharsets.UTF_8));
        lineBytes = 0;
        midLine = false;
    }

    /** How much the builder may print. */
    long mostBytes() {
        return mostBytes;
    }

    /** Completes when the builder printed more than it may. */
    CompletableFuture<Void> overflow() {
        return overflow;
    }

    /** When something was printed last, or the output was made, by the ticker. */
    long lastTick() {
        return lastTick;
    }

    /** The last lines, a last one without an end included. */
    synchronized List<String> lastLines() {
        if (midLine) {
            endLine();
        }
        return new ArrayList<>(lines);
    }

    @Override
    public void orderGuessed() {
        output.orderGuessed();
    }

    /** The end of the job is told by whoever opened the output. */
    @Override
    public void finish(Outcome outcome) {}

    @Override
    public void close() {}
}
