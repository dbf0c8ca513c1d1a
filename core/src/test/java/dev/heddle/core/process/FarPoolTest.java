package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Command;
import dev.heddle.core.transport.ShellTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that the other machine refuses, as an sshd does whose {@code MaxSessions} are fewer than usual. */
@Timeout(120)
class FarPoolTest {

    @TempDir
    Path directory;

    /** Connections over which one agent can run at a time; what asks for another is refused at once. */
    private record OneAgentEach() implements ShellTransport {

        @Override
        public String name() {
            return "narrow";
        }

        @Override
        public List<String> first(Path directory, List<String> program) {
            return program;
        }

        @Override
        public List<String> further(Path directory, List<String> program) {
            List<String> argv = new ArrayList<>(List.of("flock", "-n", "-o"));
            argv.add(directory.resolve("session").toString());
            argv.addAll(program);
            return argv;
        }

        @Override
        public int mostPrograms() {
            return 10;
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(60);
        }
    }

    /** Connections over which no agent can run. */
    private record NoAgent() implements ShellTransport {

        @Override
        public String name() {
            return "closed";
        }

        @Override
        public List<String> first(Path directory, List<String> program) {
            return program;
        }

        @Override
        public List<String> further(Path directory, List<String> program) {
            return List.of("sh", "-c", "echo 'refused by peer' >&2; exit 255");
        }

        @Override
        public String explain(String said) {
            return said.replace("refused by peer", "one session is too few");
        }

        @Override
        public int mostPrograms() {
            return 10;
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(60);
        }
    }

    @Test
    void refusedAgentsCostNoJobAndAreMadeOverFurtherConnections() throws IOException {
        // Each waits for all others, so that each needs an agent and thus a connection of its own.
        String wait = "mkdir " + directory + "/at.$$; until [ $(ls -d " + directory
                + "/at.* | wc -l) -ge 5 ]; do sleep 0.05; done";
        List<RunningProcess> running = new ArrayList<>();
        try (FarProcessRunner runner = ProcessRunner.builder().buildFar(new OneAgentEach())) {
            for (int i = 0; i < 5; i++) {
                running.add(runner.start(Command.shell(wait), new Collected()));
            }
            for (RunningProcess process : running) {
                assertThat(ProcessRunnerContract.end(process)).isEqualTo(new ProcessEnd(0, 0, false, null));
            }
        }
    }

    @Test
    void aMachineThatTakesNoAgentAtAllLosesTheJobAndSaysWhyInTheWordsOfTheTransport() throws IOException {
        try (FarProcessRunner runner = ProcessRunner.builder().buildFar(new NoAgent())) {
            ProcessEnd end = ProcessRunnerContract.end(runner.start(Command.of("true"), new Collected()));

            assertThat(end.problem()).isEqualTo("no shell can be started on closed: one session is too few");
        }
    }
}
