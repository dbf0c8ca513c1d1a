package dev.heddle.core.process;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;

class PlainRunnerTest {

    abstract static class Plain extends ProcessRunnerContract {

        @Override
        public boolean knowsSignals() {
            return false;
        }

        @Override
        public boolean killsOrphans() {
            return false;
        }
    }

    @Nested
    class WithFifos extends Plain {
        @Override
        public ProcessRunner open(ProcessRunnerBuilder builder) {
            return builder.buildPlain();
        }
    }

    @Nested
    class WithPipesOfTheJdk extends Plain {
        @Override
        public ProcessRunner open(ProcessRunnerBuilder builder) {
            return new PlainRunner(new RunnerSettings(
                    GRACE,
                    4,
                    null,
                    Path.of("/bin/sh"),
                    true,
                    List.of(),
                    null,
                    Path.of("/usr/bin/env"),
                    builder.settings().changes(),
                    null,
                    0));
        }

        @Override
        public boolean ownsPipes() {
            return false;
        }
    }
}
