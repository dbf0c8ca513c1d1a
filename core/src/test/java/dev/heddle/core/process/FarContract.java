package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Command;
import dev.heddle.core.transport.ShellTransport;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What every {@link FarProcessRunner} does: what runners do, but for what belongs to the environment of this machine. */
abstract class FarContract extends ProcessRunnerContract {

    /** The way to another machine that shares files with this one. */
    abstract ShellTransport transport();

    @Override
    public ProcessRunner open(ProcessRunnerBuilder builder) {
        return builder.lease(Duration.ofSeconds(4)).buildFar(transport());
    }

    @Test
    @Override
    public void environmentOfTheRunnerIsWhatCommandsInherit() {
        // The environment is the other machine's.
        assertThat(run(Command.shell("echo $HEDDLE_NEW").env("HEDDLE_NEW", "é ü"))
                        .out())
                .isEqualTo("é ü\n");
    }
}
