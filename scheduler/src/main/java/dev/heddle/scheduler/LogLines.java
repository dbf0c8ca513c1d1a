package dev.heddle.scheduler;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Splits a log into lines, of which none is ever held beyond {@value #MAX_LINE} bytes.
 *
 * <p>A last line without an end is torn: somebody was stopped while writing it. It is left out and counted, as numbers in it
 * may be cut.
 */
final class LogLines {

    /** Most bytes of a line. */
    static final int MAX_LINE = 16_384;

    private static final int MAX_LINES = 100_000_000;

    /** What a line is for; throws a {@link HistoryException} if it is not of the format. */
    @FunctionalInterface
    interface Reader {
        void read(LogLine line);
    }

    /**
     * Lines that were left out.
     *
     * @param count how many
     * @param first where the first of them is and what is wrong there, or null
     */
    record Damage(long count, @Nullable String first) {
        static final Damage NONE = new Damage(0, null);

        Damage plus(Damage other) {
            return new Damage(count + other.count, first != null ? first : other.first);
        }
    }

    private final String file;
    private final boolean strict;
    private final Reader reader;
    private final byte[] line = new byte[MAX_LINE];
    private int length;
    private boolean overlong;
    private int number;
    private Damage damage = Damage.NONE;

    private LogLines(String file, boolean strict, Reader reader) {
        this.file = file;
        this.strict = strict;
        this.reader = reader;
    }

    /**
     * Hands every line that is not empty to a reader.
     *
     * @param strict whether a bad line is thrown, or else left out and counted
     */
    static Damage read(String file, InputStream in, boolean strict, Reader reader) throws IOException {
        return new LogLines(file, strict, reader).readAll(in);
    }

    private Damage readAll(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
            for (int i = 0; i < got; i++) {
                take(buffer[i]);
            }
        }
        if (length > 0 || overlong) {
            number++;
            leaveOut(new LogLine(file, number, "").error(0, "the last line has no end", null));
        }
        return damage;
    }

    private void take(byte value) {
        if (value == '\n') {
            end();
        } else if (length < MAX_LINE) {
            line[length++] = value;
        } else if (strict) {
            // What is no log may be endless, and have no further line.
            throw tooLong(new LogLine(file, number + 1, ""));
        } else {
            overlong = true;
        }
    }

    private static HistoryException tooLong(LogLine line) {
        return line.error(MAX_LINE, "the line has more than " + MAX_LINE + " bytes", null);
    }

    private void end() {
        number++;
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        LogLine read = new LogLine(file, number, new String(line, 0, end, StandardCharsets.ISO_8859_1));
        boolean tooLong = overlong;
        length = 0;
        overlong = false;
        try {
            if (number == MAX_LINES) {
                throw read.error(0, "more than " + MAX_LINES + " lines", "is it a log of builds?");
            }
            if (tooLong) {
                throw tooLong(read);
            }
            checkControls(read);
            if (read.hasMore()) {
                reader.read(new LogLine(file, number, read.text()));
            }
        } catch (HistoryException e) {
            if (strict || number == MAX_LINES) {
                throw e;
            }
            leaveOut(e);
        }
    }

    private static void checkControls(LogLine line) {
        String text = line.text();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw line.error(i, String.format("a control character, 0x%02x", (int) c), null);
            }
        }
    }

    private void leaveOut(HistoryException e) {
        damage = damage.plus(new Damage(1, e.getMessage()));
    }
}
