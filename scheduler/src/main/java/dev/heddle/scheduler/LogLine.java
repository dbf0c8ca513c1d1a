package dev.heddle.scheduler;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A line of a log, read part by part; knows its place for errors. One char of the text is one byte of the file. */
final class LogLine {

    private static final double LONGEST_SECONDS = 1e9;
    private static final int SHOWN = 40;

    private final String file;
    private final int number;
    private final String text;
    private int at;

    LogLine(String file, int number, String text) {
        this.file = file;
        this.number = number;
        this.text = text;
    }

    String text() {
        return text;
    }

    /** What the next word, part or rest begins at, from 0. */
    int at() {
        return at;
    }

    boolean hasMore() {
        skipBlanks();
        return at < text.length();
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    /** The next word, which must be there. */
    String word(String what) {
        skipBlanks();
        int from = at;
        while (at < text.length() && text.charAt(at) != ' ' && text.charAt(at) != '\t') {
            at++;
        }
        if (from == at) {
            throw error(from, what + " is missing", null);
        }
        return text.substring(from, at);
    }

    /** What is there up to the next tab, which must be there, or else the rest. */
    String field(String what, boolean last) {
        int from = at;
        int tab = text.indexOf('\t', from);
        if (from > text.length() || (tab < 0 && !last)) {
            throw error(Math.min(from, text.length()), what + " is missing", null);
        }
        at = last || tab < 0 ? text.length() + 1 : tab + 1;
        return text.substring(from, Math.min(text.length(), at - 1));
    }

    /** Seconds from 0 to 10^9, with or without a fraction. */
    double seconds(String word, int from) {
        boolean plain = !word.isEmpty() && word.length() <= 32 && Character.isDigit(word.charAt(0));
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            plain &= (c >= '0' && c <= '9') || (c == '.' && word.indexOf('.') == i);
        }
        double value = plain ? Double.parseDouble(word) : -1;
        if (!(value >= 0 && value <= LONGEST_SECONDS)) {
            throw error(from, "'" + shown(word) + "' is no number of seconds from 0 to 10^9", null);
        }
        return value;
    }

    /** A whole number from {@code least} to {@code most}. */
    long number(String word, int from, long least, long most) {
        long value = word.isEmpty() ? -1 : 0;
        for (int i = 0; i < word.length() && value >= 0; i++) {
            int digit = word.charAt(i) - '0';
            boolean fits = digit >= 0 && digit <= 9 && value <= (Long.MAX_VALUE - digit) / 10;
            value = fits ? value * 10 + digit : -1;
        }
        if (value < 0 || value < least || value > most) {
            throw error(from, "'" + shown(word) + "' is no number from " + least + " to " + most, null);
        }
        return value;
    }

    /** A name that {@link LogNames} wrote. */
    String name(String word, int from) {
        String bytes = LogNames.unescape(word);
        if (bytes == null) {
            throw error(from, "'" + shown(word) + "' has a % without two hexadecimal digits", null);
        }
        return utf8(bytes, from);
    }

    /** Text whose chars are bytes of UTF-8. */
    String utf8(String bytes, int from) {
        if (bytes.isEmpty()) {
            throw error(from, "a name is empty", null);
        }
        if (isAscii(bytes)) {
            return bytes;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw error(from, "the name is not UTF-8", null);
        }
    }

    private static boolean isAscii(String bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            if (bytes.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** What is wrong at a byte of the line, counted from 0. */
    HistoryException error(int from, String problem, @Nullable String hint) {
        return new HistoryException(file + ":" + number + ":" + (from + 1), problem, hint);
    }

    /** A word as an error shows it. */
    static String shown(String word) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(word.length(), SHOWN); i++) {
            char c = word.charAt(i);
            text.append(c > ' ' && c < 0x7f ? c : '?');
        }
        return word.length() > SHOWN ? text.append("...").toString() : text.toString();
    }
}
