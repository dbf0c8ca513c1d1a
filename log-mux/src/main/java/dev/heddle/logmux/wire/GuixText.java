package dev.heddle.logmux.wire;

import java.nio.charset.StandardCharsets;

/**
 * The stream of traces, fragments and text without anything around it. Holds at most one line, only while it may become a
 * trace.
 */
final class GuixText {

    private enum State {
        /** In a line that may become a trace; what there is of it is held. */
        LINE,
        /** In a line that is text. */
        TEXT,
        /** In what a builder printed. */
        FRAGMENT
    }

    private final GuixVisitor visitor;
    private final byte[] line = new byte[GuixTraces.MAX_LINE];
    private State state = State.LINE;
    private int length;
    private long lineOffset;
    private long pid;
    private int left;
    private boolean trusting;
    /** Whether the held line is one of a builder's. */
    private boolean inFragment;

    GuixText(GuixVisitor visitor) {
        this.visitor = visitor;
    }

    void trustBuilderTraces() {
        trusting = true;
    }

    /** Reads bytes, the first of which stands at {@code offset} in the whole stream. */
    void read(byte[] bytes, int from, int to, long offset) {
        long shift = offset - from;
        for (int at = from; at < to; ) {
            at = switch (state) {
                case LINE -> hold(bytes, at, to, shift);
                case TEXT -> text(bytes, at, to, shift);
                case FRAGMENT -> fragment(bytes, at, to, shift);
            };
        }
    }

    /**
     * A frame begins here: a line does too, unless a fragment goes on. A daemon writes each trace as a frame of its own, also
     * behind words of its own that it did not end with a line's end.
     */
    void frame() {
        if (left == 0) {
            flush();
            state = State.LINE;
        }
    }

    /** What follows does not continue what came before. */
    void interrupted(long offset) {
        if (left > 0) {
            visitor.damaged(offset, "a fragment of process " + pid + " is cut off, " + left + " bytes are missing");
        }
        flush();
        left = 0;
        inFragment = false;
        state = State.LINE;
    }

    /** The stream has ended. */
    void finish(long offset) {
        if (left == 0 && length > 1) {
            visitor.damaged(lineOffset, "the stream ends inside a line that begins like a trace");
        }
        interrupted(offset);
    }

    private int hold(byte[] bytes, int from, int to, long shift) {
        if (length == 0) {
            lineOffset = from + shift;
        }
        int end = inFragment ? Math.min(to, from + left) : to;
        for (int at = from; at < end; at++) {
            if (length < 2 ? bytes[at] != "@ ".charAt(length) : length == GuixTraces.MAX_LINE) {
                consumed(at - from);
                flush();
                state = inFragment ? State.FRAGMENT : State.TEXT;
                return at;
            }
            line[length++] = bytes[at];
            if (bytes[at] == '\n') {
                consumed(at + 1 - from);
                complete();
                return at + 1;
            }
        }
        consumed(end - from);
        if (inFragment && left == 0) {
            flush();
            inFragment = false;
        }
        return end;
    }

    private void consumed(int count) {
        if (inFragment) {
            left -= count;
        }
    }

    // Passes bytes up to the end of the line; what may be a trace begins behind it.
    private int text(byte[] bytes, int from, int to, long shift) {
        int end = lineEnd(bytes, from, to);
        visitor.daemonText(from + shift, new Slice(bytes, from, end - from));
        if (bytes[end - 1] == '\n') {
            state = State.LINE;
        }
        return end;
    }

    private int fragment(byte[] bytes, int from, int to, long shift) {
        int most = from + Math.min(left, to - from);
        int end = trusting ? lineEnd(bytes, from, most) : most;
        visitor.builderText(from + shift, pid, new Slice(bytes, from, end - from));
        left -= end - from;
        if (left == 0) {
            inFragment = false;
            state = State.LINE;
        } else if (trusting && bytes[end - 1] == '\n') {
            state = State.LINE;
        }
        return end;
    }

    private static int lineEnd(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] == '\n') {
                return at + 1;
            }
        }
        return to;
    }

    private void complete() {
        GuixTrace trace = GuixTrace.parse(new String(line, 0, length - 1, StandardCharsets.UTF_8));
        if (inFragment) {
            completeBuilders(trace);
        } else if (trace instanceof GuixTrace.BuildLog head) {
            length = 0;
            pid = head.pid();
            left = head.length();
            inFragment = trusting && left > 0;
            state = trusting || left == 0 ? State.LINE : State.FRAGMENT;
        } else if (isMeaningless(trace)) {
            flush();
        } else {
            length = 0;
            visitor.trace(lineOffset, trace);
        }
    }

    private void completeBuilders(GuixTrace trace) {
        if (isTrusted(trace)) {
            length = 0;
            visitor.builderTrace(lineOffset, pid, trace);
        } else {
            flush();
        }
        inFragment = left > 0;
    }

    private static boolean isTrusted(GuixTrace trace) {
        return trace instanceof GuixTrace.BuildRemote
                || trace instanceof GuixTrace.DownloadStarted
                || trace instanceof GuixTrace.DownloadProgress
                || trace instanceof GuixTrace.DownloadSucceeded;
    }

    private static boolean isMeaningless(GuixTrace trace) {
        return trace.name().isEmpty()
                || trace.name().equals(GuixTraces.Keyword.BUILD_LOG.text())
                || trace.name().equals(GuixTraces.Keyword.BUILD_OUTPUT.text());
    }

    /** Hands on the held line as text. */
    private void flush() {
        if (length > 0) {
            Slice held = new Slice(line, 0, length);
            length = 0;
            if (inFragment) {
                visitor.builderText(lineOffset, pid, held);
            } else {
                visitor.daemonText(lineOffset, held);
            }
        }
    }
}
