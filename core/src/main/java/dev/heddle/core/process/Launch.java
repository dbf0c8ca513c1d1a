package dev.heddle.core.process;

import dev.heddle.core.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
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
 * @param builtIn whether {@code argv} is for the agent's shell itself to do, no program being needed
 */
record Launch(
        Command command,
        List<String> argv,
        Path program,
        @Nullable Path directory,
        boolean builtIn) {

    private static final int SHOWN = 200;

    static void checkDirectory(Command command, @Nullable Path directory) throws IOException {
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        throw failure(
                command,
                Files.exists(directory)
                        ? "its directory " + directory + " is not a directory"
                        : "its directory " + directory + " does not exist; create it before the command runs");
    }

    /** The same where no shell is at hand: what is built into one is done by a fresh one. */
    Launch inProgram() {
        return builtIn
                ? new Launch(
                        command,
                        List.of(program.toString(), "-c", command.argv().get(0)),
                        program,
                        directory,
                        false)
                : this;
    }

    static boolean isProgram(Path file) {
        return Files.isExecutable(file) && !Files.isDirectory(file);
    }

    static Path resolve(@Nullable Path directory, Path path) {
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
            if (interpreter != null && !isInterpreter(interpreter)) {
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
        return SystemError.isShortage(said)
                ? new ShortageException(text(command, said.strip()))
                : failure(command, said.strip());
    }

    private boolean isInterpreter(String name) {
        try {
            return isProgram(resolve(directory, Path.of(name)));
        } catch (InvalidPathException e) {
            return false;
        }
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

    static IOException failure(Command command, String why) {
        return new IOException(text(command, why));
    }

    /** Says of which command something is told. */
    static String text(Command command, String why) {
        String shown = command.display();
        if (shown.length() > SHOWN) {
            shown = shown.substring(0, SHOWN) + "...";
        }
        return "cannot run '" + shown + "': " + why;
    }
}
