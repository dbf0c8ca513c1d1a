package dev.heddle.core.process;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;

class AgentRunnerTest {

    abstract static class Agents extends ProcessRunnerContract {

        private final Path shell;

        Agents(String shell) {
            this.shell = Path.of(shell);
        }

        @Override
        public ProcessRunner open(ProcessRunnerBuilder builder) {
            Assumptions.assumeTrue(Files.isExecutable(shell), shell + " is not installed");
            return builder.agentShell(shell).buildAgents();
        }
    }

    /** Every command is a child of the nursery. */
    @Nested
    class InANursery extends Agents {

        InANursery() {
            super("/bin/sh");
        }

        @Override
        public ProcessRunner open(ProcessRunnerBuilder builder) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "perl is not installed");
            return super.open(builder.mostDirect(0));
        }
    }

    @Nested
    class InDash extends Agents {
        InDash() {
            super("/bin/dash");
        }
    }

    @Nested
    class InBash extends Agents {
        InBash() {
            super("/bin/bash");
        }
    }

    @Nested
    class InBusybox extends Agents {
        InBusybox() {
            super("/bin/busybox");
        }
    }
}
