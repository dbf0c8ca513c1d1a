package dev.heddle.core.process;

import static dev.heddle.core.process.ProcessRunnerContract.end;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What is told of how a command ended, or why it could not begin. */
interface EndContract extends RunnerFixture {

    @Test
    default void everyExitCodeIsTold() {
        for (int code : new int[] {0, 1, 2, 3, 42, 126, 127, 128, 129, 130, 131, 137, 139, 141, 143, 192, 254, 255}) {
            ProcessEnd end = run(Command.shell("exit " + code)).end();
            assertThat(end.exitedWith(code)).as("%d: %s", code, end).isTrue();
        }
    }

    @Test
    default void aSignalIsToldFromAnExitCode() {
        for (int signal : new int[] {1, 6, 9, 10, 11, 14}) {
            ProcessEnd end = run(Command.shell("kill -" + signal + " $$")).end();
            assertThat(end.exitCode()).isEqualTo(128 + signal);
            assertThat(end.signal()).isEqualTo(knowsSignals() ? signal : 0);
            assertThat(end.problem()).isNull();
        }
    }

    @Test
    default void interruptsAreNotIgnoredInAJob() throws IOException {
        // A shell cannot undo what it was started with, so neither can a job of a build in the background of a script.
        Assumptions.assumeFalse(ignoresInterrupts(), "SIGINT is ignored by the process that runs the tests");
        assertThat(run(Command.shell("kill -INT $$; echo survived")).out()).isEmpty();
    }

    private static boolean ignoresInterrupts() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.notExists(status)) {
            return false;
        }
        String ignored = new String(Files.readAllBytes(status), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElse("SigIgn: 0");
        return (Long.parseUnsignedLong(ignored.substring(7).strip(), 16) & 2) != 0;
    }

    @Test
    default void whatCannotStartIsToldInDifferentWords() throws IOException {
        Path plain = Files.writeString(directory().resolve("plain"), "text");
        Path bad = script("bad", "#!/no/such/interpreter -x\n");

        assertThat(refusal(Command.of("no-such-program-anywhere"))).contains("no-such-program-anywhere", "PATH");
        assertThat(refusal(Command.of("/no/such/program"))).contains("/no/such/program does not exist");
        assertThat(refusal(Command.of(plain.toString()))).contains("is not executable");
        assertThat(refusal(Command.of(directory().toString()))).contains("is a directory");
        assertThat(refusal(Command.of("true").in(directory().resolve("missing"))))
                .contains("missing does not exist");
        assertThat(refusal(Command.of("true").in(plain))).contains("is not a directory");
        assertThat(refusal(Command.of(bad.toString()))).contains("/no/such/interpreter");
        assertThat(refusal(Command.of("cat").stdinFrom(directory().resolve("none"))))
                .contains("none does not exist");
        assertThat(run(Command.of("echo", "still alive")).out()).isEqualTo("still alive\n");
    }

    @Test
    default void aScriptWithoutAFirstLineRunsInTheShell() throws IOException {
        Path script = script("plain.sh", "echo from $0; exit 5\n");

        Ran ran = run(Command.of(script.toString()));
        assertThat(ran.out()).isEqualTo("from " + script + "\n");
        assertThat(ran.end().exitedWith(5)).isTrue();
    }

    @Test
    default void aJustWrittenProgramRuns() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<String> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < 6; t++) {
            int number = t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 25; i++) {
                    try {
                        Path program = script("p" + number + "-" + i, "#!/bin/sh\necho ran\n");
                        Ran ran = run(Command.of(program.toString()));
                        if (!ran.end().exitedWith(0) || !ran.out().equals("ran\n")) {
                            failures.add(ran.end() + " " + ran.out());
                        }
                    } catch (IOException | AssertionError e) {
                        failures.add(e.toString());
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    default void aProgramThatStaysOpenForWritingIsTriedAgain() throws Exception {
        Path program = Files.copy(Path.of("/bin/true"), directory().resolve("busy"));
        Collected output = new Collected();
        CompletableFuture<RunningProcess> started;
        try (var writer = Files.newOutputStream(program, java.nio.file.StandardOpenOption.APPEND)) {
            started = CompletableFuture.supplyAsync(() -> {
                try {
                    return runner().start(Command.of(program.toString()), output);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(run(Command.shell("sleep 0.05")).end().exitedWith(0)).isTrue();
            writer.flush();
        }
        assertThat(end(started.get()).exitedWith(0)).isTrue();
        assertThat(output.out()).isEmpty();
    }
}
