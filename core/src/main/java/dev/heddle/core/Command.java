package dev.heddle.core;

import com.google.common.base.CharMatcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.exec.CommandLine;
import org.jspecify.annotations.Nullable;

/**
 * A program and how to run it. Immutable; each {@code with}-like call gives a new command.
 *
 * <p>An argument list goes straight to the program, never through a shell. Only {@link #shell} names a line for
 * {@code /bin/sh}.
 */
public final class Command implements Work {

    /** How the standard output and standard error of a command are told apart. */
    public enum Capture {
        /** One pipe for both: the exact order, no label. All output is {@link Channel#STDOUT}. */
        MERGED,
        /** Two pipes: labelled, in the order of arrival, which is a guess. */
        LABELLED,
        /**
         * A terminal for both, so that programs show colours and progress as they do for a person: the exact order, no label;
         * all output is {@link Channel#STDOUT}. Its size is that of the variables {@code COLUMNS} and {@code LINES} of the
         * command, else 80 by 24. Input comes past the terminal and is not echoed. Needs Linux and the program {@code perl};
         * without them the output is captured {@link #MERGED}, and a {@link Channel#WARNING} in it says so.
         */
        PTY
    }

    /** What a command reads. */
    public sealed interface Stdin {
        /** Nothing: reading finds the end at once. */
        record None() implements Stdin {}

        /**
         * The content of a file.
         *
         * @param path the file, relative to the command's directory
         */
        record File(Path path) implements Stdin {}

        /**
         * Given text, written as it is.
         *
         * @param content the bytes as a string of UTF-8
         */
        record Text(String content) implements Stdin {}
    }

    private static final CharMatcher PLAIN = CharMatcher.inRange('a', 'z')
            .or(CharMatcher.inRange('A', 'Z'))
            .or(CharMatcher.inRange('0', '9'))
            .or(CharMatcher.anyOf("_@%+=:,./-"))
            .precomputed();
    /** How a program is run, whatever it is. */
    private record Way(
            @Nullable Path directory,
            Map<String, @Nullable String> environment,
            boolean cleanEnvironment,
            Stdin stdin,
            Set<Integer> expectedExitCodes,
            Capture capture) {

        static final Way USUAL = new Way(null, Map.of(), false, new Stdin.None(), Set.of(0), Capture.MERGED);

        Way in(Path path) {
            return new Way(path, environment, cleanEnvironment, stdin, expectedExitCodes, capture);
        }

        Way environment(Map<String, @Nullable String> variables, boolean clean) {
            return new Way(directory, variables, clean, stdin, expectedExitCodes, capture);
        }

        Way stdin(Stdin input) {
            return new Way(directory, environment, cleanEnvironment, input, expectedExitCodes, capture);
        }

        Way expect(Set<Integer> codes) {
            return new Way(directory, environment, cleanEnvironment, stdin, codes, capture);
        }

        Way capture(Capture streams) {
            return new Way(directory, environment, cleanEnvironment, stdin, expectedExitCodes, streams);
        }
    }

    private final List<String> argv;
    private final boolean shell;
    private final Way way;

    private Command(List<String> argv, boolean shell, Way way) {
        this.argv = argv;
        this.shell = shell;
        this.way = way;
    }

    private Command with(Way other) {
        return new Command(argv, shell, other);
    }

    /** A program and its arguments. */
    public static Command of(String... argv) {
        return ofChecked(List.of(argv));
    }

    /** A program and its arguments. */
    public static Command of(Iterable<String> argv) {
        List<String> list = new ArrayList<>();
        argv.forEach(list::add);
        return ofChecked(List.copyOf(list));
    }

    /** A line for {@code /bin/sh}. */
    public static Command shell(String line) {
        if (line.isBlank()) {
            throw new IllegalArgumentException("a shell line must not be blank");
        }
        checkText("a shell line", line);
        return new Command(List.of(line), true, Way.USUAL);
    }

    /**
     * A program and its arguments from one line: words are separated by blanks, single and double quotes keep a word
     * together. Nothing is expanded and no shell is involved. The rules are those of commons-exec.
     */
    public static Command parse(String line) {
        CommandLine parsed;
        try {
            parsed = CommandLine.parse(line);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("command line '" + line + "': " + e.getMessage(), e);
        }
        List<String> words = new ArrayList<>();
        words.add(parsed.getExecutable());
        for (String argument : parsed.getArguments()) {
            words.add(unquote(argument));
        }
        return ofChecked(List.copyOf(words));
    }

    private static String unquote(String word) {
        if (word.length() >= 2) {
            char first = word.charAt(0);
            if ((first == '"' || first == '\'') && word.charAt(word.length() - 1) == first) {
                return word.substring(1, word.length() - 1);
            }
        }
        return word;
    }

    private static Command ofChecked(List<String> argv) {
        if (argv.isEmpty() || argv.get(0).isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        argv.forEach(argument -> checkText("an argument", argument));
        return new Command(argv, false, Way.USUAL);
    }

    static String checkVariable(String name) {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new IllegalArgumentException("not a name for an environment variable: '" + name + "'");
        }
        return checkText("the name of a variable", name);
    }

    // The operating system takes neither NUL nor what cannot be encoded; the JDK would send '?' for a lone surrogate.
    static String checkText(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException(
                        "a NUL character at " + i + " in " + what + ": '" + text.replace('\0', '?') + "'");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException("half of a surrogate pair at " + i + " in " + what);
            }
        }
        return text;
    }

    /** The same command run in {@code directory}. */
    public Command in(Path directory) {
        return with(way.in(Objects.requireNonNull(directory)));
    }

    /** The same command with an environment variable set. */
    public Command env(String name, String value) {
        return withVariable(name, value);
    }

    /** The same command without an environment variable. */
    public Command unset(String name) {
        return withVariable(name, null);
    }

    private Command withVariable(String name, @Nullable String value) {
        checkVariable(name);
        if (value != null) {
            checkText("variable " + name, value);
        }
        Map<String, @Nullable String> changed = new LinkedHashMap<>(way.environment);
        changed.put(name, value);
        return with(way.environment(Collections.unmodifiableMap(changed), way.cleanEnvironment));
    }

    /** The same command with those variables set that it neither sets nor unsets itself. */
    public Command envDefaults(Map<String, String> defaults) {
        Command command = this;
        for (Map.Entry<String, String> variable : defaults.entrySet()) {
            if (!way.environment.containsKey(variable.getKey())) {
                command = command.env(variable.getKey(), variable.getValue());
            }
        }
        return command;
    }

    /** The same command with no environment but what {@link #env} sets. */
    public Command cleanEnv() {
        return with(way.environment(way.environment, true));
    }

    /** The same command reading {@code text}. */
    public Command stdin(String text) {
        return with(way.stdin(new Stdin.Text(text)));
    }

    /** The same command reading a file. */
    public Command stdinFrom(Path file) {
        return with(way.stdin(new Stdin.File(file)));
    }

    /** The same command for which just these exit codes are success. */
    public Command expectExit(int... codes) {
        if (codes.length == 0) {
            throw new IllegalArgumentException("a command needs at least one exit code that counts as success");
        }
        TreeSet<Integer> set = new TreeSet<>();
        for (int code : codes) {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("an exit code is 0 to 255: " + code);
            }
            set.add(code);
        }
        return with(way.expect(Collections.unmodifiableSet(set)));
    }

    /** The same command with its two output streams captured in another way. */
    public Command capture(Capture capture) {
        return with(way.capture(capture));
    }

    /** Program and arguments; for a {@link #shell} command the line alone. */
    public List<String> argv() {
        return argv;
    }

    /** Whether {@link #argv} is a line for {@code /bin/sh}. */
    public boolean isShell() {
        return shell;
    }

    /** Where it runs; empty means the directory of this process. */
    public Optional<Path> directory() {
        return Optional.ofNullable(way.directory);
    }

    /** Variables set (or, with a null value, unset) on top of the inherited or clean environment, in the order given. */
    public Map<String, @Nullable String> environment() {
        return way.environment;
    }

    /** Whether the environment of this process is left out. */
    public boolean isCleanEnvironment() {
        return way.cleanEnvironment;
    }

    /** What it reads. */
    public Stdin stdin() {
        return way.stdin;
    }

    /** Exit codes that count as success. */
    public Set<Integer> expectedExitCodes() {
        return way.expectedExitCodes;
    }

    /** How its two output streams are captured. */
    public Capture capture() {
        return way.capture;
    }

    /** The command as a person would type it into a POSIX shell, quoted where needed. */
    public String display() {
        if (shell) {
            return argv.get(0);
        }
        StringBuilder line = new StringBuilder();
        for (String word : argv) {
            if (line.length() > 0) {
                line.append(' ');
            }
            line.append(quote(word));
        }
        return line.toString();
    }

    private static String quote(String word) {
        boolean plain = !word.isEmpty() && PLAIN.matchesAllOf(word);
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Command that && argv.equals(that.argv) && shell == that.shell && way.equals(that.way);
    }

    @Override
    public int hashCode() {
        // What else a command says is nearly always usual, and a record's own hash makes classes at its first call.
        return 31 * argv.hashCode() + Boolean.hashCode(shell);
    }

    @Override
    public String toString() {
        return display();
    }
}
