package dev.heddle.scheduler.host;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a hosts file, line by line and word by word, and the place of what is wrong in it. At most {@link
 * HostFile#MAX_BYTES} bytes, {@link HostFile#MAX_LINE} in a line. For one thread.
 */
final class HostFileText {

    /**
     * A word of a line.
     *
     * @param column of its first byte, from 1
     */
    record Word(String text, int column) {}

    private final String name;
    private final byte[] text;
    private int from;
    private int line;

    /** @param name of the file, for messages */
    HostFileText(String name, byte[] text) {
        this.name = name;
        this.text = text;
    }

    /** Checks the length before anything else is read. */
    void begin() {
        if (text.length > HostFile.MAX_BYTES) {
            line = 1;
            throw error(1, "the file has more than " + HostFile.MAX_BYTES + " bytes", "is it a hosts file?");
        }
    }

    /** The words of the next line, of which there may be none; null behind the last line. */
    @Nullable
    List<Word> next() {
        if (from >= text.length) {
            return null;
        }
        int end = from;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        line++;
        List<Word> words = words(end);
        from = end + 1;
        return words;
    }

    /** The number of the line that was read last, from 1. */
    int line() {
        return line;
    }

    private List<Word> words(int lineEnd) {
        if (lineEnd - from > HostFile.MAX_LINE) {
            throw error(HostFile.MAX_LINE + 1, "the line has more than " + HostFile.MAX_LINE + " bytes", null);
        }
        int end = lineEnd > from && text[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
        checkControls(end);
        List<Word> words = new ArrayList<>();
        int at = from;
        while (at < end && text[at] != '#') {
            if (isBlank(text[at])) {
                at++;
                continue;
            }
            int start = at;
            while (at < end && !isBlank(text[at]) && text[at] != '#') {
                at++;
            }
            words.add(new Word(decode(start, at), start - from + 1));
        }
        return words;
    }

    private void checkControls(int end) {
        for (int i = from; i < end; i++) {
            int value = text[i] & 0xff;
            if ((value < ' ' && value != '\t') || value == 0x7f) {
                throw error(i - from + 1, String.format("a control character, 0x%02x", value), "remove it");
            }
        }
    }

    private static boolean isBlank(byte value) {
        return value == ' ' || value == '\t';
    }

    private String decode(int start, int end) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text, start, end - start))
                    .toString();
        } catch (CharacterCodingException e) {
            throw error(start - from + 1, "not UTF-8", "save the file as UTF-8");
        }
    }

    /** What is wrong in the line that was read last. */
    HostFileException error(int column, String problem, @Nullable String hint) {
        return new HostFileException(name + ":" + line + ":" + column, problem, hint);
    }
}
