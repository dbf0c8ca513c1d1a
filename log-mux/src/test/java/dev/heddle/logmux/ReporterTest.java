package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Location;
import dev.heddle.core.OutputPort;
import dev.heddle.logmux.sink.Palette;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReporterTest {

    private final List<String> said = new ArrayList<>();

    private final OutputPort port = new OutputPort() {
        @Override
        public JobOutput open(JobInfo job) {
            throw new AssertionError("a reporter opens no job");
        }

        @Override
        public void message(Channel channel, String text) {
            said.add(channel + ": " + text);
        }
    };

    @Test
    void placesAndPartsAreFormedAlikeOnEveryChannel() {
        Reporter reporter = Reporter.to(port)
                .verbose(Set.of("net"))
                .trace(Set.of(Reporter.ALL))
                .build();
        Location at = Location.of("build.xml", 3, 7);
        reporter.error(at, "no task", "'x'", 42);
        reporter.error("disk full");
        reporter.warning(at, "unused");
        reporter.warning("two\nlines\n");
        reporter.message(at, "note");
        reporter.message("plain");
        reporter.verbose("net", "asked");
        reporter.trace("any", "two\nlines");
        assertThat(said)
                .containsExactly(
                        "ERROR: build.xml:3:7: no task 'x' 42",
                        "ERROR: disk full",
                        "WARNING: build.xml:3:7: unused",
                        "WARNING: two\n    lines",
                        "MESSAGE: build.xml:3:7: note",
                        "MESSAGE: plain",
                        "VERBOSE: [net] asked",
                        "TRACE: [any] two\n[any]     lines");
        assertThat(reporter.counts()).isEqualTo(new DiagnosticCounts(2, 2));
    }

    @Test
    void groupThatNobodyAskedForCostsOneCallAndNoText() {
        Reporter reporter = Reporter.to(port).verbose(Set.of("net")).build();
        Object costly = new Object() {
            @Override
            public String toString() {
                throw new AssertionError("nobody reads this");
            }
        };
        reporter.verbose("cache", costly);
        reporter.trace("net", costly);
        assertThat(reporter.isVerbose("net")).isTrue();
        assertThat(reporter.isTraced("net")).isFalse();
    }

    @Test
    void policyOfATopicDecidesWhereItGoes() {
        Reporter reporter = Reporter.to(port)
                .verbose(Set.of("style"))
                .policy("deprecated", Reporter.Policy.WARNING)
                .policy("missing", Reporter.Policy.ERROR)
                .policy("style", Reporter.Policy.VERBOSE)
                .policy("spelling", Reporter.Policy.VERBOSE)
                .policy("noise", Reporter.Policy.IGNORE)
                .policy("fact", Reporter.Policy.MESSAGE)
                .build();
        Location at = Location.of("a", 1);
        for (String topic : List.of("deprecated", "missing", "style", "spelling", "noise", "fact", "unknown")) {
            reporter.policy(topic, at, "about", topic);
        }
        assertThat(said)
                .containsExactly(
                        "WARNING: a:1: about deprecated",
                        "ERROR: a:1: about missing",
                        "VERBOSE: [style] a:1: about style",
                        "MESSAGE: a:1: about fact",
                        "MESSAGE: a:1: about unknown");
        assertThat(reporter.counts()).isEqualTo(new DiagnosticCounts(1, 1));
    }

    @Test
    void onceSaysATextOnceAndRemembersABoundedNumber() {
        Reporter reporter = Reporter.to(port).build();
        Reporter once = reporter.once();
        for (int i = 0; i < 3; i++) {
            once.warning("same");
            once.message("same");
            once.once().warning("same");
            reporter.warning("again");
        }
        assertThat(said)
                .containsExactly(
                        "WARNING: same", "MESSAGE: same", "WARNING: again", "WARNING: again", "WARNING: again");
        assertThat(reporter.counts().warnings()).isEqualTo(4);
        said.clear();
        for (int i = 0; i < Reporter.MOST_REMEMBERED + 10; i++) {
            once.message(i);
        }
        once.message("one too many");
        once.message("one too many");
        once.message(0);
        assertThat(said).endsWith("MESSAGE: one too many", "MESSAGE: one too many");
    }

    @Test
    void warningsAreErrorsWhereThatIsAsked() {
        Reporter reporter = Reporter.to(port).warningsAsErrors().build();
        reporter.warning("x");
        reporter.policy("y", "message stays");
        assertThat(said).containsExactly("ERROR: x", "MESSAGE: message stays");
        assertThat(reporter.counts()).isEqualTo(new DiagnosticCounts(1, 0));
    }

    @Test
    void wordsAreShownInTheColorOfTheirChannelAndCountedWithThoseOfJobs() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextRenderer.Form form = TextRenderer.Form.of(true).with(Palette.parse("error=red,message=4"));
        OutputMultiplexer mux = OutputMultiplexer.builder()
                .to(Sinks.text(out, form))
                .rules(LineRules.common())
                .build();
        try (mux) {
            Reporter reporter = Reporter.to(mux).build();
            reporter.error(Location.of("b", 2), "wrong");
            reporter.message("hello");
            reporter.console("50%\r");
            OutputSource job = mux.open("cc", null);
            job.write(Channel.STDERR, "a.c:1:1: error: x\n".getBytes(StandardCharsets.UTF_8));
            job.finish(1);
        }
        assertThat(out.toString(StandardCharsets.UTF_8).replace('\u001b', '^'))
                .startsWith("── error: ^[0;31mb:2: wrong^[0m\n── ^[0;34mhello^[0m\n")
                .doesNotContain("50%");
        assertThat(mux.counts()).isEqualTo(new DiagnosticCounts(2, 0));
        assertThat(mux.countsByTask())
                .containsEntry("", new DiagnosticCounts(1, 0))
                .containsEntry("cc", new DiagnosticCounts(1, 0));
    }
}
