package dev.heddle.core.process;

import java.nio.charset.StandardCharsets;

/**
 * Takes frames out of a line in which they stand between, and in the middle of, the bytes of a job.
 *
 * <p>A frame is {@code NONCE KIND REST} and a line feed. The nonce begins with a byte that occurs in it only once, so bytes
 * that turn out to be no frame are given on at the first byte that differs. Each frame is written with one write shorter
 * than {@code PIPE_BUF}, so nothing stands in the middle of one (POSIX, {@code write}).
 *
 * <p>Used by one thread.
 *
 * <p><b>Bounds.</b> A frame longer than {@value #LONGEST} bytes is passed over; nothing else is held back but what may be the
 * beginning of one.
 */
final class FarStream {

    /** Takes what a line carries, in order. */
    interface Handler {

        /** Bytes of whatever wrote to the line; the array is used again. */
        void bytes(byte[] bytes, int offset, int length);

        /** A frame. */
        void frame(char kind, String[] words);
    }

    /** The first byte of a nonce; bytes 1 and 127 mean something to bash inside. */
    static final char FIRST = '\u0002';

    static final int LONGEST = 1024;

    private final byte[] head;
    private final Handler handler;
    private final byte[] line = new byte[LONGEST];
    /** Bytes of the head seen so far. */
    private int matched;

    private int length;
    private boolean tooLong;

    /**
     * @param nonce {@link #FIRST} and then characters that are not
     */
    FarStream(String nonce, Handler handler) {
        if (nonce.lastIndexOf(FIRST) != 0) {
            throw new IllegalArgumentException("not a nonce");
        }
        this.head = (nonce + ' ').getBytes(StandardCharsets.ISO_8859_1);
        this.handler = handler;
    }

    void feed(byte[] bytes, int n) {
        int at = 0;
        while (at < n) {
            at = matched == head.length ? frame(bytes, at, n) : matched > 0 ? match(bytes, at, n) : seek(bytes, at, n);
        }
    }

    /** Gives on what may have been the beginning of a frame; there will be no more. */
    void end() {
        if (matched < head.length) {
            giveUp();
        }
    }

    private int seek(byte[] bytes, int from, int n) {
        int at = from;
        while (at < n && bytes[at] != FIRST) {
            at++;
        }
        if (at > from) {
            handler.bytes(bytes, from, at - from);
        }
        if (at < n) {
            matched = 1;
            at++;
        }
        return at;
    }

    private int match(byte[] bytes, int from, int n) {
        int at = from;
        while (at < n && matched < head.length) {
            if (bytes[at] != head[matched]) {
                giveUp();
                return at;
            }
            matched++;
            at++;
        }
        return at;
    }

    private void giveUp() {
        int count = matched;
        matched = 0;
        if (count > 0) {
            handler.bytes(head.clone(), 0, count);
        }
    }

    private int frame(byte[] bytes, int from, int n) {
        for (int at = from; at < n; at++) {
            byte b = bytes[at];
            if (b == '\n') {
                matched = 0;
                finish();
                return at + 1;
            }
            if (length == LONGEST) {
                tooLong = true;
            } else {
                line[length++] = b;
            }
        }
        return n;
    }

    private void finish() {
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        boolean whole = !tooLong && length > 0;
        length = 0;
        tooLong = false;
        if (whole) {
            String rest = text.substring(1).strip();
            handler.frame(text.charAt(0), rest.isEmpty() ? new String[0] : rest.split(" "));
        }
    }

    /** A number of at most 18 digits, or -1 for anything else. */
    static long number(String[] words, int index) {
        if (index >= words.length || words[index].isEmpty() || words[index].length() > 18) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < words[index].length(); i++) {
            int digit = words[index].charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
