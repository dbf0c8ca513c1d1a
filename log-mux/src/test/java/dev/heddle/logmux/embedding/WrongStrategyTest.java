package dev.heddle.logmux.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.GroupArbiter;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.LineGrouping;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import dev.heddle.logmux.Sink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What an embedder's strategy that is wrong can do to others: nothing. */
class WrongStrategyTest {

    /** A sink: what was shown, with its channel. */
    private static final class Transcript implements Sink {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void write(Group group) throws IOException {
            lines.add(group.channel() + " " + new String(group.bytes(), StandardCharsets.UTF_8).replace("\n", "|"));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** Says that all may pass, and asks for a time that has come. */
    private static final class Impatient implements LineGrouping {
        @Override
        public long accept(byte[] bytes, int from, int length, long nanos) {
            return length % 2 == 0 ? Long.MAX_VALUE : -5;
        }

        @Override
        public long deadline() {
            return 0;
        }
    }

    /** Shows nothing, ever. */
    private static final class Silent implements GroupArbiter {
        @Override
        public void spoke(int source, long nanos, Stage stage) {
            stage.show(source + 100);
        }

        @Override
        public void ended(int source, boolean failed, long nanos, Stage stage) {}
    }

    @Test
    void strategyThatDoesEverythingWrongLosesNothing() throws Exception {
        Transcript transcript = new Transcript();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .to(transcript, GroupingStrategy.of("wrong", Impatient::new, Silent::new))
                .build()) {
            for (int job = 1; job <= 3; job++) {
                OutputSource source = mux.open("job" + job, null);
                source.write(Channel.STDOUT, ("a" + job + "\nb").getBytes(StandardCharsets.UTF_8));
                mux.drain();
                source.write(Channel.STDOUT, "c\nd".getBytes(StandardCharsets.UTF_8));
                source.finish(job);
            }
        }
        assertThat(String.join("", transcript.lines).replace("STDOUT ", "")).isEqualTo("a1|bc|da2|bc|da3|bc|d");
    }
}
