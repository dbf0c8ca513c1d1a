package dev.heddle.core.process;

import com.google.common.base.Suppliers;
import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes commands ready to start: finds the program, checks the directory, takes shell lines apart that need no shell, and says
 * in plain words what is missing or not allowed. May be used from any thread.
 *
 * <p>It remembers where programs were found, at most {@value #MOST_REMEMBERED}, and looks only whether they are still there.
 */
final class Preparation {

    /** Where a program without a slash is looked for when there is no {@code PATH} at all (POSIX, {@code confstr}). */
    static final String DEFAULT_PATH = "/bin:/usr/bin";

    /** Linux, {@code MAX_ARG_STRLEN}: a single argument and its NUL must fit in 32 pages. */
    private static final int LONGEST_ARGUMENT = 32 * 4096 - 1;

    private static final int MOST_REMEMBERED = 1000;
    private static final String NO_TERMINAL =
            "no terminal for this command: that takes Perl and /dev/ptmx as Linux has it; its output goes through a pipe\n";
    private static final Path SH = Path.of("/bin/sh");

    private record Name(String program, String path) {}

    private final Map<String, String> inherited;
    private final boolean shellAtHand;

    private final Supplier<Optional<PseudoTerminal>> terminal;

    private final Map<Name, Path> remembered = new ConcurrentHashMap<>();

    /**
     * Prepares commands for a process with the given environment.
     *
     * @param inherited the environment of this process
     * @param shellAtHand whether a {@code /bin/sh} runs already that can do what is built into it
     */
    Preparation(Map<String, String> inherited, boolean shellAtHand) {
        this.inherited = inherited;
        this.shellAtHand = shellAtHand;
        this.terminal = Suppliers.memoize(() -> PseudoTerminal.find(inherited.getOrDefault("PATH", DEFAULT_PATH)));
    }

    /**
     * Checks a command.
     *
     * @throws IOException naming what is missing or not allowed
     */
    Launch prepare(Command command) throws IOException {
        Path directory = command.directory().map(Path::toAbsolutePath).orElse(null);
        Launch.checkDirectory(command, directory);
        if (command.stdin() instanceof Command.Stdin.File file) {
            checkStdin(command, Launch.resolve(directory, file.path()));
        }
        String path = searchPath(command);
        Launch launch = prepare(command, directory, path);
        if (command.capture() != Command.Capture.PTY) {
            return launch;
        }
        Optional<PseudoTerminal> found = terminal();
        if (found.isEmpty()) {
            return launch;
        }
        Launch wrapped = found.get().wrap(launch, inherited);
        checkLengths(command, wrapped.argv());
        return wrapped;
    }

    /** What gives commands a terminal, if this system has it; looked for when it is asked for first. */
    Optional<PseudoTerminal> terminal() {
        return terminal.get();
    }

    private Launch prepare(Command command, @Nullable Path directory, String path) throws IOException {
        if (command.isShell()) {
            return shell(command, directory, path);
        }
        checkLengths(command, command.argv());
        return new Launch(command, command.argv(), program(command, directory, path), directory, false);
    }

    private Launch shell(Command command, @Nullable Path directory, String path) throws IOException {
        String line = command.argv().get(0);
        Optional<List<String>> words = ShellLine.words(line);
        if (words.isPresent() && ShellLine.isBuiltIn(words.get().get(0))) {
            if (shellAtHand && command.capture() != Command.Capture.PTY) {
                return new Launch(command, words.get(), SH, directory, true);
            }
        } else if (words.isPresent()) {
            // A program that is missing is the shell's to report, with its words and its exit code.
            Optional<Path> found = find(words.get().get(0), directory, path);
            if (found.isPresent()) {
                checkLengths(command, words.get());
                return new Launch(command, words.get(), found.get(), directory, false);
            }
        }
        List<String> argv = List.of(SH.toString(), "-c", line);
        checkLengths(command, argv);
        return new Launch(command, argv, SH, directory, false);
    }

    /** The {@code PATH} by which the program is found: the command's own, else that of this process. */
    private String searchPath(Command command) {
        if (command.environment().containsKey("PATH")) {
            String own = command.environment().get("PATH");
            return own == null ? DEFAULT_PATH : own;
        }
        return inherited.getOrDefault("PATH", DEFAULT_PATH);
    }

    /** Says in the output of a job that it has no terminal though it was to have one, or that the order in it is a guess. */
    void introduce(Command command, JobOutput output) {
        if (command.capture() == Command.Capture.PTY && terminal().isEmpty()) {
            output.write(Channel.WARNING, NO_TERMINAL.getBytes(StandardCharsets.UTF_8));
        } else if (command.capture() == Command.Capture.LABELLED) {
            output.orderGuessed();
        }
    }

    private static void checkStdin(Command command, Path file) throws IOException {
        if (!Files.exists(file)) {
            throw Launch.failure(command, "its input " + file + " does not exist");
        }
        if (Files.isDirectory(file) || !Files.isReadable(file)) {
            throw Launch.failure(command, "its input " + file + " cannot be read");
        }
    }

    static void checkLengths(Command command, List<String> argv) throws IOException {
        for (String argument : argv) {
            // A character is at most three bytes, so short ones need no encoding.
            if (argument.length() > LONGEST_ARGUMENT / 3
                    && argument.getBytes(RunnerFiles.CHARSET).length > LONGEST_ARGUMENT) {
                throw Launch.failure(
                        command,
                        "an argument of " + argument.length() + " characters is longer than the system takes ("
                                + LONGEST_ARGUMENT + " bytes); put it into a response file");
            }
        }
    }

    private Path program(Command command, @Nullable Path directory, String path) throws IOException {
        String name = command.argv().get(0);
        Optional<Path> found = find(name, directory, path);
        if (found.isPresent()) {
            return found.get();
        }
        if (name.indexOf('/') < 0) {
            throw Launch.failure(command, "there is no program '" + name + "' in PATH (" + path + ")");
        }
        Path file = toPath(directory, name);
        if (!Files.exists(file)) {
            throw Launch.failure(command, "its program " + file + " does not exist");
        }
        if (Files.isDirectory(file)) {
            throw Launch.failure(command, "its program " + file + " is a directory");
        }
        throw Launch.failure(command, "its program " + file + " is not executable; chmod +x may be missing");
    }

    private Optional<Path> find(String name, @Nullable Path directory, String path) {
        Name key = new Name(name, path);
        Path before = remembered.get(key);
        if (before != null && Launch.isProgram(before)) {
            return Optional.of(before);
        }
        Optional<Path> found = search(name, directory, path);
        if (found.isPresent() && name.indexOf('/') < 0 && isAbsolute(path)) {
            if (remembered.size() >= MOST_REMEMBERED) {
                remembered.clear();
            }
            remembered.put(key, found.get());
        }
        return found;
    }

    /** Whether what is found by a {@code PATH} does not depend on the directory of the command. */
    private static boolean isAbsolute(String path) {
        for (String element : path.split(":", -1)) {
            if (!element.startsWith("/")) {
                return false;
            }
        }
        return true;
    }

    /** The program file that a name stands for, if there is one that may be executed. */
    static Optional<Path> search(String name, @Nullable Path directory, String path) {
        try {
            if (name.indexOf('/') >= 0) {
                return Optional.of(toPath(directory, name)).filter(Launch::isProgram);
            }
            int start = 0;
            while (start <= path.length()) {
                int colon = path.indexOf(':', start);
                int end = colon < 0 ? path.length() : colon;
                // An empty element means the directory in which the program will run.
                Path candidate = toPath(directory, path.substring(start, end)).resolve(name);
                if (Launch.isProgram(candidate)) {
                    return Optional.of(candidate);
                }
                start = end + 1;
            }
        } catch (InvalidPathException e) {
            // A name that this file system cannot have is a name that is not there.
        }
        return Optional.empty();
    }

    private static Path toPath(@Nullable Path directory, String name) {
        return Launch.resolve(directory, Path.of(name));
    }
}
