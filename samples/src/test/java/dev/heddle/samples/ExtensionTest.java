package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.Diagnostic;
import dev.heddle.core.Diagnostic.Severity;
import dev.heddle.core.Location;
import dev.heddle.core.event.BuildEvent.DiagnosticFound;
import dev.heddle.logmux.DiagnosticCounts;
import dev.heddle.logmux.DiagnosticMatcher;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.GroupArbiter;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.LineFilter;
import dev.heddle.logmux.LineGrouping;
import dev.heddle.logmux.LineRules;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import dev.heddle.logmux.Sink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** An embedder in another module has a filter, a matcher, a strategy and a sink of its own, without reflection. */
class ExtensionTest {

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

    /** Lets whole lines pass. */
    private static final class Lines implements LineGrouping {
        private long half;

        @Override
        public long accept(byte[] bytes, int from, int length, long nanos) {
            long held = half + length;
            for (int i = from + length - 1; i >= from; i--) {
                if (bytes[i] == '\n') {
                    half = from + length - 1 - i;
                    return held - half;
                }
            }
            half = held;
            return 0;
        }

        @Override
        public void passed() {
            half = 0;
        }
    }

    /** Shows a source when it has said a kilobyte, and when it ends. */
    private static final class Kilobytes implements GroupArbiter {
        @Override
        public void spoke(int source, long nanos, Stage stage) {
            if (stage.waiting(source) >= 1024) {
                stage.show(source);
            }
        }

        @Override
        public void ended(int source, boolean failed, long nanos, Stage stage) {
            stage.show(source);
        }
    }

    private static final LineFilter LOUD =
            line -> line.text().endsWith("!") ? new LineFilter.Verdict(Channel.WARNING, null, null) : null;

    private static final DiagnosticMatcher PROVER = DiagnosticMatcher.named("prover")
            .needs("goal")
            .head("^goal (?P<file>\\S+)/(?P<line>\\d+) failed: (?P<message>.*)$")
            .goesOn("^> ")
            .severity(Severity.WARNING)
            .build();

    @Test
    void filterMatcherStrategyAndSinkOfAnEmbedderWorkTogether() throws Exception {
        Transcript transcript = new Transcript();
        List<DiagnosticFound> told = new CopyOnWriteArrayList<>();
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .to(transcript, GroupingStrategy.of("kilobytes", Lines::new, Kilobytes::new))
                .rules(LineRules.none().filters(List.of(LOUD)).matchers(List.of(PROVER)))
                .onDiagnostic(event -> told.add((DiagnosticFound) event))
                .build();
        try (mux) {
            OutputSource job = mux.open("proofs", null);
            job.write(
                    Channel.STDOUT,
                    "one\ntwo!\n\ngoal a.p/7 failed: no idea\n> h : x\n> g : y\nrest".getBytes(StandardCharsets.UTF_8));
            job.finish(0);
        }
        assertThat(String.join(" ", transcript.lines))
                .isEqualTo("STDOUT one| WARNING two!| STDOUT |goal a.p/7 failed: no idea|> h : x|> g : y|rest");
        assertThat(told)
                .extracting(DiagnosticFound::diagnostic)
                .containsExactly(new Diagnostic(Severity.WARNING, Location.of("a.p", 7), null, "no idea", "prover"));
        assertThat(told.get(0).bytes()).isEqualTo("goal a.p/7 failed: no idea\n> h : x\n> g : y\n".length());
        assertThat(mux.counts()).isEqualTo(new DiagnosticCounts(0, 1));
    }
}
