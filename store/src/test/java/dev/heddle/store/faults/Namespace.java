package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs programs that mount file systems where nobody else sees them: what is mounted goes away with the last process in it. */
final class Namespace {

    private Namespace() {}

    /** Skips the test where file systems cannot be mounted or a program is missing. */
    static void needed(String... programs) {
        assumeTrue(isRoot(), "mounting file systems needs root");
        for (String program : List.of(programs)) {
            assumeTrue(Programs.isThere(program), program + " is not installed");
        }
    }

    private static boolean isRoot() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Runs a main class of the tests in a mount namespace of its own and gives the lines that it printed; it must succeed. */
    static List<String> run(Path scratch, Class<?> main, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "--"));
        command.addAll(Java.command(main, arguments));
        Path out = scratch.resolve("out");
        Path errors = scratch.resolve("errors");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            int code = process.waitFor();
            assertThat(code)
                    .as("%s: %s", main.getSimpleName(), Files.readString(errors))
                    .isZero();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(out);
    }
}
