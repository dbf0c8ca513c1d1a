package dev.heddle.logmux.wire;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Keeps a {@link GuixStatus} up to date: puts together the lines of each builder, however its fragments were cut, as far as
 * their beginnings can tell of progress.
 *
 * <p><b>Memory.</b> {@link GuixStatus#MOST_PROGRESS} bytes for each of at most {@link GuixStatus#MOST_OPEN} builds. What
 * processes say that build nothing is passed over.
 *
 * <p>Not safe for several threads.
 */
public final class GuixStatusFollower implements GuixVisitor {

    private final Map<Long, LineHead> lines = new HashMap<>();
    private GuixStatus status = GuixStatus.initial();

    /** The beginning of a line. */
    private static final class LineHead {
        private final byte[] bytes = new byte[GuixStatus.MOST_PROGRESS];
        private int length;

        void add(byte b) {
            if (length < bytes.length) {
                bytes[length++] = b;
            }
        }

        String take() {
            String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
            length = 0;
            return text;
        }
    }

    /** Begins with nothing. */
    public GuixStatusFollower() {}

    /** What is being done now. */
    public GuixStatus status() {
        return status;
    }

    @Override
    public void trace(long offset, GuixTrace trace) {
        status = status.after(trace);
        if (trace instanceof GuixTrace.BuildStarted started && started.pid().isPresent()) {
            lines.remove(started.pid().getAsLong());
        }
        forget();
    }

    @Override
    public void builderTrace(long offset, long pid, GuixTrace trace) {
        status = status.afterBuilder(pid, trace);
        forget();
    }

    private void forget() {
        if (lines.size() > status.building().size()) {
            Set<Long> builders = new HashSet<>();
            status.building().forEach(build -> build.pid().ifPresent(builders::add));
            lines.keySet().retainAll(builders);
        }
    }

    @Override
    public void daemonText(long offset, Slice bytes) {
        // The daemon's words tell nothing that its traces do not.
    }

    @Override
    public void builderText(long offset, long pid, Slice bytes) {
        if (status.buildOf(pid) == null) {
            return;
        }
        LineHead line = lines.computeIfAbsent(pid, key -> new LineHead());
        for (int i = bytes.from(); i < bytes.from() + bytes.length(); i++) {
            if (bytes.array()[i] == '\n') {
                status = status.afterLine(pid, line.take());
            } else {
                line.add(bytes.array()[i]);
            }
        }
    }

    @Override
    public void error(long offset, long status, String message) {
        // An operation has ended; each build tells its own end.
    }

    @Override
    public void damaged(long offset, String problem) {
        // Whoever shows the stream tells it.
    }
}
