package dev.heddle.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The variable {@code MAKEFLAGS}, as the section "POSIX Jobserver Interaction" of GNU make's manual describes it: words that are
 * separated by blanks, a backslash before what belongs to a word, and after {@code --} variables of the makefile. Where make
 * is told of a jobserver twice, the last one counts.
 *
 * @param words all words as they are written
 * @param server the jobserver, or null if none is named
 * @param jobs the number behind {@code -j}, or 0
 */
record MakeFlags(List<String> words, @Nullable Server server, int jobs) {

    /** What is read at most, in characters: Linux takes no longer variable. */
    static final int LONGEST = 131_072;

    private static final String END_OF_FLAGS = "--";
    private static final Pattern AUTH = Pattern.compile("--jobserver-(?:auth|fds)=(.*)", Pattern.DOTALL);
    private static final Pattern ANY_SERVER = Pattern.compile("--jobserver-.*", Pattern.DOTALL);
    private static final Pattern DESCRIPTORS = Pattern.compile("(-?[0-9]{1,9}),(-?[0-9]{1,9})");
    private static final Pattern JOBS = Pattern.compile("-j([0-9]{0,9})");
    private static final String FIFO = "fifo:";

    /** How a jobserver is reached. */
    sealed interface Server {
        /**
         * A FIFO.
         *
         * @param path where
         */
        record Fifo(String path) implements Server {}

        /**
         * The two ends of a pipe that was inherited.
         *
         * @param read descriptor to read from
         * @param write descriptor to write to
         */
        record Pipe(int read, int write) implements Server {}
    }

    MakeFlags {
        words = List.copyOf(words);
    }

    /**
     * Reads the variable.
     *
     * @throws IllegalArgumentException if it names a jobserver in a way that is not understood, with the column of that word
     */
    static MakeFlags read(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("MAKEFLAGS:1:1: longer than " + LONGEST + " characters");
        }
        List<String> words = new ArrayList<>();
        Server server = null;
        int jobs = 0;
        boolean flags = true;
        int at = 0;
        while (at < text.length()) {
            if (isBlank(text.charAt(at))) {
                at++;
                continue;
            }
            int end = endOfWord(text, at);
            String word = text.substring(at, Math.min(end, text.length()));
            // A backslash at the very end belongs to nothing, and would take in what is written behind it.
            words.add(end > text.length() ? word.substring(0, word.length() - 1) : word);
            flags &= !word.equals(END_OF_FLAGS);
            Matcher auth = AUTH.matcher(word);
            Matcher count = JOBS.matcher(word);
            if (flags && auth.matches()) {
                server = server(auth.group(1), at + 1 + auth.start(1));
            } else if (flags && count.matches()) {
                jobs = count.group(1).isEmpty() ? 0 : Integer.parseInt(count.group(1));
            }
            at = end;
        }
        return new MakeFlags(words, server, jobs);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n';
    }

    /** One more than the length of the text if that ends with a backslash that stands before nothing. */
    private static int endOfWord(String text, int from) {
        int at = from;
        while (at < text.length() && !isBlank(text.charAt(at))) {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return at;
    }

    private static Server server(String value, int column) {
        if (value.startsWith(FIFO) && value.length() > FIFO.length()) {
            return new Server.Fifo(value.substring(FIFO.length()).replaceAll("\\\\(.)", "$1"));
        }
        Matcher pair = DESCRIPTORS.matcher(value);
        if (!pair.matches()) {
            throw new IllegalArgumentException("MAKEFLAGS:1:" + column
                    + ": a jobserver is 'fifo:PATH' or two descriptors 'R,W', not '" + value + "'");
        }
        int read = Integer.parseInt(pair.group(1));
        int write = Integer.parseInt(pair.group(2));
        if (read < 0 || write < 0) {
            throw new IllegalArgumentException("MAKEFLAGS:1:" + column + ": make lends no slots to this recipe ('"
                    + value + "'); put + before its command");
        }
        return new Server.Pipe(read, write);
    }

    /** Jobs at once of all that share the jobserver, if they are told. */
    OptionalInt limit() {
        return jobs == 0 ? OptionalInt.empty() : OptionalInt.of(jobs);
    }

    /** The same with another jobserver; its value is an {@code R,W} or a {@code fifo:PATH} without blanks. */
    String serving(String auth, int slots) {
        return with("-j" + slots + " --jobserver-auth=" + auth);
    }

    /** The same without a jobserver, and so without a number of jobs. */
    String alone() {
        return with("");
    }

    private String with(String jobs) {
        StringBuilder text = new StringBuilder();
        List<String> rest = new ArrayList<>();
        boolean flags = true;
        for (String word : words) {
            flags &= !word.equals(END_OF_FLAGS);
            if (!flags) {
                rest.add(word);
            } else if (!JOBS.matcher(word).matches()
                    && !ANY_SERVER.matcher(word).matches()) {
                text.append(word);
                text.append(' ');
            }
        }
        // What begins with a blank has no letters of short options in front.
        if (text.length() == 0) {
            text.append(' ');
        }
        text.append(jobs);
        rest.forEach(word -> text.append(' ').append(word));
        return text.toString();
    }
}
