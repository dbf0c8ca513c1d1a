package dev.heddle.scheduler;

import dev.heddle.scheduler.ProcessMark.Life;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a lock's file says: {@code key=value} a line, those of dpb ({@code fullpkgpath}, {@code host}, {@code pid}, {@code start}, and
 * of a job that failed {@code status}, {@code todo}, {@code end}) and further ones that tell the owner from every other process.
 *
 * <p>In a value {@code \n}, {@code \r}, {@code \t}, {@code \\} and {@code \xHH} stand for a control character or a backslash. Keys that are not known are
 * passed over: dpb has more. A file is at most {@value #MOST_BYTES} bytes.
 *
 * @param task name of the task
 * @param owner who has it
 * @param start when it was taken, to the second
 * @param on the host on which the job runs
 * @param id what no other lock was ever given; empty where dpb wrote the file
 * @param end how the job failed, or null while it runs
 */
record LockNote(
        String task,
        ProcessMark owner,
        Instant start,
        String on,
        String id,
        @Nullable End end) {

    /**
     * How a job failed that had the lock.
     *
     * @param status what wait(2) gave, or -1 if no process ended
     * @param todo the step after the one that failed, or {@value #NOTHING}
     * @param at when, to the second
     * @param step the step that failed
     * @param why one line for people
     */
    record End(int status, String todo, Instant at, String step, String why) {}

    /** Why a file is no lock. */
    static final class UnreadableLock extends Exception {
        private static final long serialVersionUID = 1;

        UnreadableLock(String message) {
            super(message);
        }
    }

    /** Stands for a step where there is none. */
    static final String NOTHING = "<nothing>";

    /** Longest file that is read. */
    static final int MOST_BYTES = 64 << 10;

    private static final DateTimeFormatter FOR_PEOPLE =
            DateTimeFormatter.ofPattern("d MMM HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int LONGEST_WHY = 1_000;

    /** The file's content. */
    byte[] toBytes() {
        StringBuilder out = new StringBuilder();
        line(out, "fullpkgpath", task);
        line(out, "host", owner.host());
        line(out, "pid", Long.toString(owner.pid()));
        line(out, "start", time(start));
        line(out, "on", on);
        line(out, "born", owner.born());
        line(out, "boot", owner.boot());
        line(out, "space", owner.space());
        line(out, "machine", owner.machine());
        line(out, "id", id);
        if (end != null) {
            line(out, "status", Integer.toString(end.status));
            line(out, "todo", end.todo);
            line(out, "end", time(end.at));
            line(out, "step", end.step);
            line(out, "why", end.why.substring(0, Math.min(LONGEST_WHY, end.why.length())));
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String time(Instant at) {
        return at.getEpochSecond() + " (" + FOR_PEOPLE.format(at) + ")";
    }

    private static void line(StringBuilder out, String key, String value) {
        out.append(key).append('=');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        out.append(String.format(Locale.ROOT, "\\x%02X", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('\n');
    }

    /** Whether whoever took it still is, as far as {@code here} can tell. */
    Life life(ProcessMark here) {
        return here.lifeOf(owner);
    }

    /** Who has it, for people. */
    String describe() {
        if (end != null) {
            String how = end.why.isEmpty() ? "status " + end.status : end.why;
            return "a failure on " + (on.isEmpty() ? owner.host() : on) + ": " + how;
        }
        return "process " + owner.pid() + " on " + owner.host();
    }

    /**
     * Reads a file's content.
     *
     * @param name of the file, for messages
     * @throws UnreadableLock with the place of what is wrong
     */
    static LockNote parse(String name, byte[] bytes) throws UnreadableLock {
        return new Reader(name, bytes).read();
    }

    private static final class Reader {
        private final String name;
        private final byte[] bytes;
        private final Map<String, String> values = new LinkedHashMap<>();
        private final Map<String, String> places = new LinkedHashMap<>();
        private int lines;

        Reader(String name, byte[] bytes) {
            this.name = name;
            this.bytes = bytes;
        }

        LockNote read() throws UnreadableLock {
            if (bytes.length > MOST_BYTES) {
                throw wrong(1, 1, "longer than " + MOST_BYTES + " bytes");
            }
            String text;
            try {
                text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                throw wrong(1, 1, "not UTF-8");
            }
            int from = 0;
            while (from < text.length()) {
                int to = text.indexOf('\n', from);
                lines++;
                if (to < 0) {
                    throw wrong(lines, text.length() - from + 1, "the line does not end");
                }
                readLine(text.substring(from, to));
                from = to + 1;
            }
            return note();
        }

        private void readLine(String line) throws UnreadableLock {
            int equals = line.indexOf('=');
            if (equals < 1 || !line.chars().limit(equals).allMatch(c -> c >= 'a' && c <= 'z')) {
                throw wrong(lines, 1, "not of the form key=value");
            }
            String key = line.substring(0, equals);
            if (values.put(key, unescape(line, equals + 1)) != null) {
                throw wrong(lines, 1, "a second '" + key + "'");
            }
            places.put(key, lines + ":" + (equals + 2));
        }

        private String unescape(String line, int from) throws UnreadableLock {
            StringBuilder out = new StringBuilder(line.length() - from);
            for (int i = from; i < line.length(); i++) {
                char c = line.charAt(i);
                if (c != '\\') {
                    if (c < ' ' || c == 0x7f) {
                        throw wrong(lines, i + 1, "a control character");
                    }
                    out.append(c);
                    continue;
                }
                char kind = i + 1 < line.length() ? line.charAt(i + 1) : 0;
                int plain = "nrt\\".indexOf(kind);
                if (plain >= 0) {
                    out.append("\n\r\t\\".charAt(plain));
                    i++;
                } else if (kind == 'x' && i + 3 < line.length()) {
                    int high = Character.digit(line.charAt(i + 2), 16);
                    int low = Character.digit(line.charAt(i + 3), 16);
                    if (high < 0 || low < 0) {
                        throw wrong(lines, i + 1, "\\x needs two hexadecimal digits");
                    }
                    out.append((char) (high * 16 + low));
                    i += 3;
                } else {
                    throw wrong(lines, i + 1, "a backslash that stands for nothing");
                }
            }
            return out.toString();
        }

        private LockNote note() throws UnreadableLock {
            String task = required("fullpkgpath");
            if (task.isEmpty()) {
                throw wrongAt("fullpkgpath", "names no task");
            }
            String host = required("host");
            long pid = number("pid", required("pid"), 0, Integer.MAX_VALUE);
            ProcessMark owner = new ProcessMark(host, pid, mark("born"), mark("boot"), mark("space"), mark("machine"));
            Instant start = instant("start", required("start"));
            return new LockNote(task, owner, start, optional("on"), optional("id"), end());
        }

        private @Nullable End end() throws UnreadableLock {
            String status = values.get("status");
            if (status == null) {
                return null;
            }
            int number = (int) number("status", status, -1, 0xffff);
            Instant at = instant("end", required("end"));
            return new End(number, required("todo"), at, optional("step"), optional("why"));
        }

        private String mark(String key) {
            String value = optional(key);
            return value.isEmpty() ? ProcessMark.UNKNOWN : value;
        }

        private String optional(String key) {
            return values.getOrDefault(key, "");
        }

        private String required(String key) throws UnreadableLock {
            String value = values.get(key);
            if (value == null) {
                throw wrong(lines + 1, 1, "'" + key + "=' is missing");
            }
            return value;
        }

        private Instant instant(String key, String value) throws UnreadableLock {
            int blank = value.indexOf(' ');
            if (blank >= 0 && !(value.startsWith(" (", blank) && value.endsWith(")"))) {
                throw wrongAt(key, "what stands behind the seconds must be in brackets");
            }
            String seconds = blank < 0 ? value : value.substring(0, blank);
            try {
                return Instant.ofEpochSecond(number(key, seconds, Long.MIN_VALUE, Long.MAX_VALUE));
            } catch (DateTimeException e) {
                throw wrongAt(key, "out of range: " + seconds);
            }
        }

        private long number(String key, String text, long least, long most) throws UnreadableLock {
            try {
                long number = Long.parseLong(text);
                // One form for each number: no sign that is not needed, no zeros in front, no digits of other scripts.
                if (number >= least && number <= most && Long.toString(number).equals(text)) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Told below.
            }
            String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
            throw wrongAt(key, "not a number in its range: '" + shown + "'");
        }

        private UnreadableLock wrongAt(String key, String what) {
            return new UnreadableLock(name + ":" + places.get(key) + ": " + key + ": " + what);
        }

        private UnreadableLock wrong(int line, int column, String what) {
            return new UnreadableLock(name + ":" + line + ":" + column + ": " + what);
        }
    }
}
