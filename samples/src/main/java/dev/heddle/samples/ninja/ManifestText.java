package dev.heddle.samples.ninja;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The bytes of one manifest or dyndep file, and how a place in them is told to people.
 *
 * <p>A file is read whole, but never more than {@link #LONGEST_LINE} of it beyond its last end of line: a file that is one
 * endless line ends in an error, not in an exhausted heap.
 */
final class ManifestText {

    /** The longest line taken. The longest seen in real use are link lines of a few MiB. */
    static final int LONGEST_LINE = 64 << 20;

    /** The largest file taken. */
    static final long LARGEST_FILE = 1L << 30;

    private static final int CHUNK = 1 << 16;
    private static final int SHOWN = 72;

    private final String name;
    private final byte[] bytes;

    /**
     * Wraps bytes.
     *
     * @param name how the file is called in messages
     */
    ManifestText(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /** Reads a file. */
    static ManifestText read(Path path, String name) throws IOException, NinjaException {
        if (Files.isDirectory(path)) {
            throw new IOException("Is a directory");
        }
        try (InputStream in = Files.newInputStream(path)) {
            long size = Files.size(path);
            if (size > LARGEST_FILE) {
                throw new NinjaException(name + ": larger than " + (LARGEST_FILE >> 20) + " MiB");
            }
            byte[] bytes = new byte[(int) Math.min(Math.max(size, 1), 1 << 20)];
            int length = 0;
            int lineStart = 0;
            int line = 1;
            while (true) {
                if (length == bytes.length) {
                    bytes = Arrays.copyOf(bytes, grown(name, bytes.length, size));
                }
                int got = in.read(bytes, length, Math.min(bytes.length - length, CHUNK));
                if (got < 0) {
                    return new ManifestText(name, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
                }
                for (int i = length; i < length + got; i++) {
                    if (bytes[i] == '\n') {
                        line++;
                        lineStart = i + 1;
                    }
                }
                length += got;
                if (length - lineStart > LONGEST_LINE) {
                    throw new NinjaException(name + ":" + line + ":" + (LONGEST_LINE + 1) + ": the line is longer than "
                            + (LONGEST_LINE >> 20) + " MiB");
                }
            }
        }
    }

    private static int grown(String name, int now, long size) throws NinjaException {
        long next = Math.max(now * 2L, Math.min(size, now * 4L));
        if (next > LARGEST_FILE) {
            next = LARGEST_FILE;
        }
        if (now >= LARGEST_FILE) {
            throw new NinjaException(name + ": larger than " + (LARGEST_FILE >> 20) + " MiB");
        }
        // Growing holds the old and the new array for a moment.
        if (next + now > Runtime.getRuntime().maxMemory() / 2) {
            throw new NinjaException(name + ": too large for the memory this program may use ("
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MiB)");
        }
        return (int) next;
    }

    String name() {
        return name;
    }

    byte[] bytes() {
        return bytes;
    }

    /** An error at an offset: place, text, the line, and a mark below the column. */
    NinjaException error(int offset, String what) {
        StringBuilder message = new StringBuilder(place(offset)).append(": ").append(what);
        int lineStart = lineStart(offset);
        appendExcerpt(message, lineStart, Math.min(offset, bytes.length) - lineStart + 1);
        return new NinjaException(message.toString());
    }

    /** Name, line and column of an offset, with colons between. */
    String place(int offset) {
        int at = Math.min(offset, bytes.length);
        int line = 1;
        for (int i = 0; i < at; i++) {
            line += bytes[i] == '\n' ? 1 : 0;
        }
        return name + ":" + line + ":" + (at - lineStart(offset) + 1);
    }

    private int lineStart(int offset) {
        int start = Math.min(offset, bytes.length);
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private void appendExcerpt(StringBuilder message, int lineStart, int column) {
        if (column > SHOWN) {
            return;
        }
        int end = lineStart;
        while (end < bytes.length && end - lineStart < SHOWN && bytes[end] != '\n') {
            end++;
        }
        String shown = new String(bytes, lineStart, end - lineStart, StandardCharsets.UTF_8);
        if (shown.isBlank()) {
            return;
        }
        message.append('\n');
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            message.append(Character.isISOControl(c) ? '?' : c);
        }
        if (end < bytes.length && bytes[end] != '\n') {
            message.append("...");
        }
        message.append('\n').append(" ".repeat(column - 1)).append('^');
    }
}
