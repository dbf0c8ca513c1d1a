package dev.heddle.core.process;

import static dev.heddle.core.process.ProcessRunnerContract.end;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** A runner for the tests of a contract, and what is particular about its kind. */
interface RunnerFixture {

    Duration GRACE = Duration.ofMillis(300);

    /** What a command ended with, and its output. */
    record Ran(ProcessEnd end, Collected output) {
        String out() {
            return output.out();
        }
    }

    /** A runner of this kind. */
    ProcessRunner open(ProcessRunnerBuilder builder);

    /** The runner of the present test, with a drain grace of {@link #GRACE}. */
    ProcessRunner runner();

    /** A fresh directory. */
    Path directory();

    /** Whether a signal is told apart from an exit code above 128. */
    default boolean knowsSignals() {
        return true;
    }

    /** Whether a process is killed that belongs to the job but has lost its parent. */
    default boolean killsOrphans() {
        return true;
    }

    /** Whether a job's output goes through FIFOs, which the JDK does not close when the direct child has ended. */
    default boolean ownsPipes() {
        return true;
    }

    default Ran run(Command command) {
        try {
            Collected output = new Collected();
            RunningProcess process = runner().start(command, output);
            return new Ran(end(process), output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    default Path script(String name, String text) throws IOException {
        Path file = Files.writeString(directory().resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The message about a command that cannot start, whether it comes at once or at the end. */
    default String refusal(Command command) {
        Collected output = new Collected();
        ProcessEnd end;
        try {
            end = end(runner().start(command, output));
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        assertThat(output.out()).isEmpty();
        assertThat(end.problem()).as("%s", end).isNotNull();
        return String.valueOf(end.problem());
    }
}
