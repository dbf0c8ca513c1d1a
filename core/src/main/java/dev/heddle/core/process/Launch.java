package dev.heddle.core.process;

import dev.heddle.core.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command made ready: its program found, its directory known to exist, its shell line taken apart where no shell is needed.
 *
 * <p>The checks come before the start, so that what is wrong is said in plain words; they cannot promise that the start will
 * succeed, so {@link #explain} looks again after one that failed.
 *
 * @param command what was asked for
 * @param argv program and arguments
 * @param program the file that {@code argv[0]} stands for
 * @param directory where it runs, absolute, or null for the directory of this process
 */
record Launch(
        Command command,
        List<String> argv,
        Path program,
        @Nullable Path directory) {

    /** Linux, {@code MAX_ARG_STRLEN}: a single argument and its NUL must fit in 32 pages. */
    private static final int LONGEST_ARGUMENT = 32 * 4096 - 1;

    /** Where a program without a slash is looked for when there is no {@code PATH} at all (POSIX, {@code confstr}). */
    static final String DEFAULT_PATH = "/bin:/usr/bin";

    private static final int SHOWN = 200;
    private static final Path SH = Path.of("/bin/sh");

    /**
     * Checks a command.
     *
     * @param inherited the environment of this process
     * @throws IOException naming what is missing or not allowed
     */
    static Launch of(Command command, Map<String, String> inherited) throws IOException {
        Path directory = command.directory().map(Path::toAbsolutePath).orElse(null);
        checkDirectory(command, directory);
        if (command.stdin() instanceof Command.Stdin.File file) {
            checkStdin(command, resolve(directory, file.path()));
        }
        String path = searchPath(command, inherited);
        if (command.isShell()) {
            return ofShell(command, directory, path);
        }
        checkLengths(command, command.argv());
        return new Launch(command, command.argv(), program(command, directory, path), directory);
    }

    private static Launch ofShell(Command command, @Nullable Path directory, String path) throws IOException {
        String line = command.argv().get(0);
        Optional<List<String>> words = ShellLine.words(line);
        if (words.isPresent()) {
            // A program that is missing is the shell's to report, with its words and its exit code.
            Optional<Path> found = find(words.get().get(0), directory, path);
            if (found.isPresent()) {
                checkLengths(command, words.get());
                return new Launch(command, words.get(), found.get(), directory);
            }
        }
        List<String> argv = List.of(SH.toString(), "-c", line);
        checkLengths(command, argv);
        return new Launch(command, argv, SH, directory);
    }

    /** The {@code PATH} by which the program is found: the command's own, else that of this process. */
    private static String searchPath(Command command, Map<String, String> inherited) {
        if (command.environment().containsKey("PATH")) {
            String own = command.environment().get("PATH");
            return own == null ? DEFAULT_PATH : own;
        }
        return inherited.getOrDefault("PATH", DEFAULT_PATH);
    }

    private static void checkDirectory(Command command, @Nullable Path directory) throws IOException {
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        throw failure(
                command,
                Files.exists(directory)
                        ? "its directory " + directory + " is not a directory"
                        : "its directory " + directory + " does not exist; create it before the command runs");
    }

    private static void checkStdin(Command command, Path file) throws IOException {
        if (!Files.exists(file)) {
            throw failure(command, "its input " + file + " does not exist");
        }
        if (Files.isDirectory(file) || !Files.isReadable(file)) {
            throw failure(command, "its input " + file + " cannot be read");
        }
    }

    private static void checkLengths(Command command, List<String> argv) throws IOException {
        for (String argument : argv) {
            // A character is at most three bytes, so short ones need no encoding.
            if (argument.length() > LONGEST_ARGUMENT / 3
                    && argument.getBytes(RunnerFiles.CHARSET).length > LONGEST_ARGUMENT) {
                throw failure(
                        command,
                        "an argument of " + argument.length() + " characters is longer than the system takes ("
                                + LONGEST_ARGUMENT + " bytes); put it into a response file");
            }
        }
    }

    private static Path program(Command command, @Nullable Path directory, String path) throws IOException {
        String name = command.argv().get(0);
        Optional<Path> found = find(name, directory, path);
        if (found.isPresent()) {
            return found.get();
        }
        if (name.indexOf('/') < 0) {
            throw failure(command, "there is no program '" + name + "' in PATH (" + path + ")");
        }
        Path file = toPath(directory, name);
        if (!Files.exists(file)) {
            throw failure(command, "its program " + file + " does not exist");
        }
        if (Files.isDirectory(file)) {
            throw failure(command, "its program " + file + " is a directory");
        }
        throw failure(command, "its program " + file + " is not executable; chmod +x may be missing");
    }

    static Optional<Path> find(String name, @Nullable Path directory, String path) {
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
                if (isProgram(candidate)) {
                    return Optional.of(candidate);
                }
                start = end + 1;
            }
        } catch (InvalidPathException e) {
            // A name that this file system cannot have is a name that is not there.
        }
        return Optional.empty();
    }

    private static boolean isProgram(Path file) {
        return Files.isExecutable(file) && !Files.isDirectory(file);
    }

    private static Path toPath(@Nullable Path directory, String name) {
        return resolve(directory, Path.of(name));
    }

    private static Path resolve(@Nullable Path directory, Path path) {
        return directory == null ? path.toAbsolutePath() : directory.resolve(path);
    }

    /** The file that the command reads, if it reads one. */
    Optional<Path> stdinFile() {
        return command.stdin() instanceof Command.Stdin.File file
                ? Optional.of(resolve(directory, file.path()))
                : Optional.empty();
    }

    /** Why a start that the system refused may have failed, looking at the files as they are now. */
    IOException explain(String said) {
        try {
            checkDirectory(command, directory);
            if (!isProgram(program)) {
                return failure(command, "its program " + program + " is missing or no longer executable");
            }
            String interpreter = interpreter();
            if (interpreter != null && !isProgram(toPath(directory, interpreter))) {
                return failure(
                        command,
                        "the first line of " + program + " names the interpreter '" + interpreter
                                + "', which is missing or not executable");
            }
        } catch (IOException e) {
            return e;
        }
        if (said.contains("rgument list too long") || said.contains("error=7,")) {
            return failure(
                    command,
                    "its arguments and environment together are longer than the system takes; "
                            + "put arguments into a response file");
        }
        if (isBusy(said)) {
            return failure(command, "its program " + program + " was still open for writing after several tries");
        }
        return failure(command, said.strip());
    }

    /** Whether the system said that the program file was open for writing (ETXTBSY), which passes by itself. */
    static boolean isBusy(String said) {
        return said.contains("Text file busy") || said.contains("error=26,");
    }

    /** The interpreter that a script names, or null. */
    private @Nullable String interpreter() throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(program)) {
            head = in.readNBytes(256);
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (!text.startsWith("#!")) {
            return null;
        }
        String[] words =
                text.substring(2).lines().findFirst().orElse("").strip().split("[ \t]", 2);
        return words[0].isEmpty()
                ? null
                : new String(words[0].getBytes(StandardCharsets.ISO_8859_1), RunnerFiles.CHARSET);
    }

    private static IOException failure(Command command, String why) {
        String shown = command.display();
        if (shown.length() > SHOWN) {
            shown = shown.substring(0, SHOWN) + "...";
        }
        return new IOException("cannot run '" + shown + "': " + why);
    }
}
