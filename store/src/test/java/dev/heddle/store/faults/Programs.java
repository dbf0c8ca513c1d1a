package dev.heddle.store.faults;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Programs of the system that tests run. */
final class Programs {

    private Programs() {}

    /** Whether a program is on the {@code PATH}. */
    static boolean isThere(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(bin -> Files.isExecutable(Path.of(bin, name)));
    }

    /**
     * Runs a program.
     *
     * @throws IOException with what it printed, if it fails
     */
    static void call(Object... words) throws IOException, InterruptedException {
        List<String> command = Stream.of(words).map(Object::toString).toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + code + ": " + said);
        }
    }
}
