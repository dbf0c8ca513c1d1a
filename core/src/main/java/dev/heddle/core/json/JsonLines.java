package dev.heddle.core.json;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Cuts a stream into lines, each a JSON text of its own. A line that is too long is passed over, not kept. For one thread. */
public final class JsonLines {
    /** Most bytes of a line, its end not counted. */
    public static final int MAX_LINE = 16 << 20;

    private final InputStream in;
    private final String name;
    private final JsonFormat format = new JsonFormat();
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private byte[] line = new byte[1024];
    private int length;
    private int number;

    /** Lines of a stream, which stays open. */
    public JsonLines(InputStream in, String name) {
        this.in = in;
        this.name = name;
    }

    /** Goes to the next line; false at the end of the stream. */
    public boolean next() throws IOException {
        length = 0;
        number++;
        while (true) {
            if (position == limit) {
                position = 0;
                limit = Math.max(0, in.read(buffer));
                if (limit == 0) {
                    return length > 0;
                }
            }
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            append(end - position);
            position = end;
            if (end < limit) {
                position++;
                return true;
            }
        }
    }

    /** Where the line is: {@code NAME:LINE}. */
    public String place() {
        return name + ":" + number;
    }

    /** The number of the line, from 1. */
    public int number() {
        return number;
    }

    /** The text of the line. */
    public JsonInput open() throws IOException {
        if (length > MAX_LINE) {
            throw new JsonInputException("the line is longer than " + MAX_LINE + " bytes", place());
        }
        return format.open(line, length, name, number);
    }

    private void append(int count) {
        if (length + count > MAX_LINE) {
            length = MAX_LINE + 1;
            return;
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(length + count, line.length * 2));
        }
        System.arraycopy(buffer, position, line, length, count);
        length += count;
    }
}
