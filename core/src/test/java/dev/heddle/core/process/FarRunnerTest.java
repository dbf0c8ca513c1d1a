package dev.heddle.core.process;

import dev.heddle.core.transport.ShellTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;

/** The contract of runners, kept by far ones whose other machine is this one: all but the line itself is as over ssh. */
class FarRunnerTest {

    /** Shells of this machine, as if they were another's. */
    record ThisMachine(List<String> before, int mostPrograms) implements ShellTransport {

        @Override
        public String name() {
            return "this-machine";
        }

        @Override
        public List<String> first(Path directory, List<String> program) {
            return further(directory, program);
        }

        @Override
        public List<String> further(Path directory, List<String> program) {
            List<String> argv = new ArrayList<>(before);
            argv.addAll(program);
            return argv;
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(20);
        }
    }

    /** Each shell of this machine in turn. */
    abstract static class Far extends FarContract {

        private final Path shell;

        Far(String shell) {
            this.shell = Path.of(shell);
        }

        /** What deletes the directory warns of links that lead out of it. */
        @AfterEach
        void removeLink() throws IOException {
            Files.deleteIfExists(directory.resolve("programs/sh"));
        }

        @Override
        ShellTransport transport() {
            Assumptions.assumeTrue(Files.isExecutable(shell), shell + " is not installed");
            try {
                Path programs = Files.createDirectories(directory.resolve("programs"));
                if (Files.notExists(programs.resolve("sh"))) {
                    Files.createSymbolicLink(programs.resolve("sh"), shell);
                }
                return new ThisMachine(List.of("env", "PATH=" + programs + ":" + System.getenv("PATH")), 10);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Nested
    class InDash extends Far {
        InDash() {
            super("/bin/dash");
        }
    }

    @Nested
    class InBash extends Far {
        InBash() {
            super("/bin/bash");
        }
    }

    @Nested
    class InBusybox extends Far {
        InBusybox() {
            super("/bin/busybox");
        }
    }
}
