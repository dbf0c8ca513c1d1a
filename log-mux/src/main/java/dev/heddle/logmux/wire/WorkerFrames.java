package dev.heddle.logmux.wire;

import java.nio.charset.StandardCharsets;

/**
 * The worker protocol as a server writes it, as far as it carries a Guix stream: the strings of NEXT frames are the stream,
 * errors are told, all else is passed over. The replies of operations have no mark of their own; they consist of whole words, so
 * that the frame behind them is found at the next word that begins one.
 */
final class WorkerFrames {

    private enum State {
        /** Between operations: words up to the next one that begins a frame are a reply. */
        REPLY,
        /** A frame must begin here. */
        TAG,
        LENGTH,
        STRING,
        PADDING,
        /** The word at the end of an error. */
        STATUS,
        /** The word behind a READ. */
        COUNT,
        /** The place is lost until 8 bytes begin a frame, wherever they stand. */
        LOST
    }

    private final GuixVisitor visitor;
    private final GuixText text;
    private final byte[] word = new byte[GuixTraces.WORD];
    private final byte[] message = new byte[GuixTraces.MAX_LINE];
    private State state = State.REPLY;
    private int filled;
    private int padding;
    private int messageLength;
    private long tag;
    private long tagOffset;
    private long left;
    private long shift;

    WorkerFrames(GuixVisitor visitor, GuixText text) {
        this.visitor = visitor;
        this.text = text;
    }

    /** The lowest bytes of a word. */
    static long word(byte[] bytes, int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = (value << 8) | (bytes[i] & 0xFF);
        }
        return value;
    }

    /** Reads bytes, the first of which stands at {@code offset} in the stream. */
    void read(byte[] bytes, int from, int to, long offset) {
        shift = offset - from;
        for (int at = from; at < to; ) {
            if (state == State.STRING) {
                at = string(bytes, at, to);
            } else {
                word[filled++] = bytes[at++];
                if (filled == (state == State.PADDING ? padding : GuixTraces.WORD)) {
                    filled = 0;
                    complete(at + shift);
                }
            }
        }
    }

    void finish(long offset) {
        if ((state == State.TAG || state == State.REPLY) ? filled > 0 : state != State.LOST) {
            visitor.damaged(offset, "the stream ends inside a frame or a word");
        }
    }

    private void complete(long end) {
        int length = state == State.PADDING ? padding : GuixTraces.WORD;
        long value = word(word, length);
        switch (state) {
            case REPLY -> {
                if (GuixTraces.isTag(value)) {
                    begin(value, end - length);
                }
            }
            case TAG -> {
                if (GuixTraces.isTag(value)) {
                    begin(value, end - length);
                } else {
                    lose(end - length, "no frame begins with the word " + Long.toHexString(value));
                    slide();
                }
            }
            case LENGTH -> length(value, end - length);
            case PADDING -> padding(value, end - length);
            case STATUS -> {
                state = State.REPLY;
                visitor.error(tagOffset, value, new String(message, 0, messageLength, StandardCharsets.UTF_8));
            }
            case COUNT -> state = State.TAG;
            case LOST -> {
                if (GuixTraces.isTag(value)) {
                    begin(value, end - length);
                } else {
                    slide();
                }
            }
            case STRING -> throw new AssertionError("BUG: a string is not read by words");
        }
    }

    private void slide() {
        System.arraycopy(word, 1, word, 0, GuixTraces.WORD - 1);
        filled = GuixTraces.WORD - 1;
    }

    private void begin(long newTag, long offset) {
        tag = newTag;
        tagOffset = offset;
        if (tag == GuixTraces.LAST) {
            state = State.REPLY;
        } else {
            state = tag == GuixTraces.READ ? State.COUNT : State.LENGTH;
        }
    }

    private void length(long value, long offset) {
        long most = tag == GuixTraces.WRITE ? Integer.MAX_VALUE : GuixTraces.MAX_FRAME;
        if (value < 0 || value > most) {
            lose(offset, "a string of " + Long.toUnsignedString(value) + " bytes is longer than " + most);
            return;
        }
        left = value;
        padding = (int) (-value & (GuixTraces.WORD - 1));
        messageLength = 0;
        if (tag == GuixTraces.NEXT) {
            text.frame();
        }
        if (left == 0) {
            endString();
        } else {
            state = State.STRING;
        }
    }

    private int string(byte[] bytes, int from, int to) {
        int count = (int) Math.min(left, to - from);
        if (tag == GuixTraces.NEXT) {
            text.read(bytes, from, from + count, from + shift);
        } else if (tag == GuixTraces.ERROR) {
            int fits = Math.min(count, message.length - messageLength);
            System.arraycopy(bytes, from, message, messageLength, fits);
            messageLength += fits;
        }
        left -= count;
        if (left == 0) {
            if (padding > 0) {
                state = State.PADDING;
            } else {
                endString();
            }
        }
        return from + count;
    }

    private void padding(long value, long offset) {
        if (value == 0) {
            endString();
        } else {
            lose(offset, "a string is padded with something else than zeros");
        }
    }

    private void endString() {
        state = tag == GuixTraces.ERROR ? State.STATUS : State.TAG;
    }

    private void lose(long offset, String problem) {
        visitor.damaged(offset, problem);
        text.interrupted(offset);
        state = State.LOST;
    }
}
