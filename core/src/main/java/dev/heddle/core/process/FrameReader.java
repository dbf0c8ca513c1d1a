package dev.heddle.core.process;

import java.nio.charset.StandardCharsets;

/**
 * Reads the lines in which the shells of a runner and its nursery report.
 *
 * <p>A line is {@code NONCE KIND ID NUMBER}: the nonce of the runner, a letter, the number of a berth, and a number. All
 * write to one FIFO; a line is shorter than {@code PIPE_BUF}, so lines never mix (POSIX, {@code write}). Whatever else
 * appears there is not from the runner's own and is passed over. Used by one thread.
 *
 * <p><b>Bounds.</b> A line longer than {@value #LONGEST} bytes is passed over.
 */
final class FrameReader {

    /** Takes frames. */
    interface Handler {

        /** The job in the shell agent {@code id} has ended with {@code status}, as {@code $?} told it. */
        void exited(int id, int status);

        /** The group of the job in berth {@code id} was sent KILL. */
        void killed(int id);

        /** The nursery takes jobs. */
        void ready();

        /** The job in cradle {@code id} leads a session as process {@code pid}. */
        void born(int id, int pid);

        /** There is no process for the job in cradle {@code id}, for the reason of the system's error {@code errno}. */
        void unborn(int id, int errno);

        /** The process for the job in cradle {@code id} could not become its program, and ends. */
        void refused(int id, int errno);

        /** The job in cradle {@code id} has ended with a status as {@code wait} tells it. */
        void died(int id, int waitStatus);
    }

    static final int LONGEST = 512;
    static final char EXITED = 'e';
    static final char KILLED = 'k';
    private static final char READY = 'r';
    private static final char BORN = 'b';
    private static final char UNBORN = 'u';
    private static final char REFUSED = 'x';
    private static final char DIED = 'd';

    private final String head;
    private final Handler handler;
    private final byte[] line = new byte[LONGEST];
    private int length;
    private boolean tooLong;

    FrameReader(String nonce, Handler handler) {
        this.head = nonce + ' ';
        this.handler = handler;
    }

    void feed(byte[] bytes, int n) {
        for (int i = 0; i < n; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                if (!tooLong) {
                    parse(new String(line, 0, length, StandardCharsets.ISO_8859_1));
                }
                length = 0;
                tooLong = false;
            } else if (length == LONGEST) {
                tooLong = true;
            } else {
                line[length++] = b;
            }
        }
    }

    private void parse(String text) {
        if (!text.startsWith(head) || text.length() < head.length() + 4 || text.charAt(head.length() + 1) != ' ') {
            return;
        }
        int idStart = head.length() + 2;
        int space = text.indexOf(' ', idStart);
        if (space < 0) {
            return;
        }
        int id = number(text, idStart, space);
        int value = number(text, space + 1, text.length());
        if (id < 0 || value < 0) {
            return;
        }
        switch (text.charAt(head.length())) {
            case EXITED -> handler.exited(id, value);
            case KILLED -> handler.killed(id);
            case READY -> handler.ready();
            case BORN -> handler.born(id, value);
            case UNBORN -> handler.unborn(id, value);
            case REFUSED -> handler.refused(id, value);
            case DIED -> handler.died(id, value);
            default -> {}
        }
    }

    /** A decimal of at most nine digits, or -1. */
    private static int number(String text, int start, int end) {
        if (start == end || end - start > 9) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
