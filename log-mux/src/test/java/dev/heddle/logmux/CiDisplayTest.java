package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.console.CiDisplay;
import dev.heddle.logmux.console.CiSystem;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.logmux.sink.ControlPolicy;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The output for CI systems, read by the rules of each. */
@Timeout(60)
class CiDisplayTest {

    private static final int FAILING = 4;

    /** What stands in headings of Buildkite: names of tasks, which begin with a number here, and the engine's own. */
    private static final Pattern HEADING_OF_OURS = Pattern.compile("(?s)\\d.*|heddle");

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static CiDisplay.Builder display(CiSystem system, OutputStream out, long seed) {
        Random random = new Random(seed);
        return CiDisplay.builder(system, out, () -> {
            byte[] token = new byte[16];
            random.nextBytes(token);
            return token;
        });
    }

    /** A multiplexer for a display that is told what is found. */
    private static OutputMultiplexer.Builder mux(CiDisplay display, GroupingStrategy strategy) {
        return OutputMultiplexer.builder()
                .strategy(strategy)
                .rules(LineRules.common())
                .onDiagnostic(display.listener())
                .to(display);
    }

    private static void job(OutputMultiplexer mux, String task, byte[] said, int status) {
        try (OutputSource source = mux.open(new JobInfo(0, task, null, task, "local", 1))) {
            source.write(Channel.STDOUT, said);
            source.finish(status);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String build(CiSystem system, Path report) throws IOException {
        CiDisplay display = display(system, out, 1).report(report).build();
        try (OutputMultiplexer mux = mux(display, GroupingStrategy.task()).build()) {
            for (int i = 0; i < 12; i++) {
                boolean fails = i % 3 == 0;
                String found = "src/f" + i + ".c:" + (10 + i) + ":3: error: what, 50% of f" + i + " is 'bad' [|]\n";
                job(mux, "task " + i, utf8("text " + i + "\n" + (fails ? found : "") + "more\n"), fails ? 1 + i : 0);
            }
            mux.message(Channel.WARNING, "the engine speaks");
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyFailureIsAnnotatedOnceForGitHub() throws IOException {
        Path summary = Files.writeString(directory.resolve("summary.md"), "of another step\n");
        CiReader read = CiReader.of("GITHUB").read(build(CiSystem.GITHUB, summary));
        assertThat(read.open).isEmpty();
        assertThat(read.faults).isEmpty();
        assertThat(read.obeyed).hasSize(FAILING);
        for (int i = 0; i < FAILING; i++) {
            CiReader.Obeyed error = read.commands("error").get(i);
            int task = 3 * i;
            assertThat(error.properties())
                    .isEqualTo(Map.of(
                            "file",
                            "src/f" + task + ".c",
                            "line",
                            "" + (10 + task),
                            "col",
                            "3",
                            "title",
                            "task " + task));
            assertThat(error.data())
                    .isEqualTo("what, 50% of f" + task + " is 'bad' [|] (task " + task + ": exit code " + (1 + task)
                            + ")");
        }
        assertThat(summary)
                .content()
                .startsWith("of another step\n### Heddle\n")
                .contains("8 succeeded, 4 failed; 4 errors", "| task 9 |");
    }

    @Test
    void everyFailureIsABuildProblemForTeamCity() throws IOException {
        CiReader read = CiReader.of("TEAMCITY").read(build(CiSystem.TEAMCITY, directory.resolve("none")));
        assertThat(read.open).isEmpty();
        assertThat(read.faults).isEmpty();
        assertThat(read.obeyed).hasSize(FAILING);
        assertThat(read.commands("buildProblem").stream()
                        .map(one -> one.properties().get("identity")))
                .doesNotHaveDuplicates();
        assertThat(read.commands("buildProblem").get(1).properties().get("description"))
                .isEqualTo("src/f3.c:13:3: what, 50% of f3 is 'bad' [|] (task 3: exit code 4)");
        assertThat(directory.resolve("none")).doesNotExist();
    }

    @Test
    void everyFailureIsInTheReportForGitLab() throws IOException {
        Path report = directory.resolve("quality.json");
        CiReader read = CiReader.of("GITLAB").read(build(CiSystem.GITLAB, report));
        assertThat(read.open).isEmpty();
        assertThat(read.faults).isEmpty();
        assertThat(read.commands("section_start")).hasSize(12 - FAILING);
        String json = Files.readString(report);
        assertThat(json.split("\"fingerprint\"")).hasSize(FAILING + 1);
        assertThat(json).contains("\"location\":{\"path\":\"src/f3.c\",\"lines\":{\"begin\":13}}");
        try (var parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            parser.skipChildren();
            assertThat(parser.nextToken()).isNull();
        }
    }

    @Test
    void tasksAreGroupsOfBuildkiteAndDiffsOfJobsAreNot() throws IOException {
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .to(display(CiSystem.BUILDKITE, out, 1).build())
                .build()) {
            job(mux, "good", utf8("--- a/file\n+++ b/file\n@@ -1 +1 @@\n----\n--- \n---\n"), 0);
            job(mux, "bad", utf8("text\n"), 1);
            mux.message(Channel.WARNING, "the engine speaks");
        }
        String text = out.toString(StandardCharsets.UTF_8);
        CiReader read = CiReader.of("BUILDKITE").read(text);
        assertThat(read.obeyed)
                .extracting(one -> one.command() + " " + one.data())
                .containsExactly("--- good", "+++ bad", "+++ heddle");
        assertThat(text).contains("\n---\\ a/file\n+++\\ b/file\n@@ -1 +1 @@\n----\n---\\ \n---\n");
        assertThat(text.substring(text.indexOf("+++ heddle"))).contains("bad: exit code 1", "the engine speaks");
    }

    @Test
    void whereHeadingsMeanNothingDiffsStayAsTheyAre() throws IOException {
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .to(display(CiSystem.GITHUB, out, 1).build())
                .build()) {
            job(mux, "diff", utf8("--- a/file\n+++ b/file\n"), 0);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\n--- a/file\n+++ b/file\n");
    }

    @ParameterizedTest
    @EnumSource(CiSystem.class)
    void noOutputIsObeyed(CiSystem system) throws IOException {
        TextRenderer.Form form = TextRenderer.Form.of(true);
        for (int seed = 0; seed < 200; seed++) {
            for (GroupingStrategy strategy : List.of(GroupingStrategy.task(), GroupingStrategy.line())) {
                out.reset();
                HostileOutput hostile = new HostileOutput(new Random(seed));
                CiDisplay display = display(system, out, seed)
                        .form(seed % 2 == 0 ? form : form.with(TextRenderer.Layout.PREFIXES))
                        .build();
                try (OutputMultiplexer mux = mux(display, strategy).build()) {
                    for (int i = 0; i < 2 * FAILING; i++) {
                        String name = new String(hostile.next(), StandardCharsets.UTF_8);
                        job(mux, i + name.substring(0, Math.min(40, name.length())), hostile.next(), i % 2);
                    }
                }
                CiReader read = CiReader.of(system.name()).read(out.toString(StandardCharsets.UTF_8));
                assertThat(read.open).as("seed %s", seed).isEmpty();
                assertThat(read.faults).as("seed %s", seed).isEmpty();
                List<String> known =
                        List.of("error", "warning", "buildProblem", "message", "section_start", "section_end");
                assertThat(read.obeyed)
                        .as("seed %s", seed)
                        .allMatch(one -> system == CiSystem.BUILDKITE
                                ? HEADING_OF_OURS.matcher(one.data()).matches()
                                : known.contains(one.command()));
                int failures = system == CiSystem.GITLAB || system == CiSystem.BUILDKITE ? 0 : FAILING;
                assertThat(read.commands("error", "buildProblem"))
                        .as("seed %s", seed)
                        .hasSize(failures);
                assertThat(read.commands("section_start")).hasSizeLessThanOrEqualTo(2 * FAILING);
            }
        }
    }

    @Test
    void everyFailureIsAnnotatedOnceThoughNobodyTellsOfDiagnosticsInTime() throws IOException {
        CiDisplay display = display(CiSystem.GITHUB, out, 1).build();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .rules(LineRules.common())
                .to(display)
                .build()) {
            for (int i = 0; i < FAILING; i++) {
                job(mux, "task " + i, utf8("f" + i + ".c:7: error: wrong\nf.c:8: error: more\n"), 1);
            }
            job(mux, "mute", utf8(""), 1);
        }
        CiReader read = CiReader.of("GITHUB").read(out.toString(StandardCharsets.UTF_8));
        assertThat(read.commands("error").stream().map(CiReader.Obeyed::properties))
                .hasSize(FAILING + 1)
                .contains(Map.of("file", "f3.c", "line", "7", "title", "task 3"), Map.of("title", "mute"))
                .doesNotHaveDuplicates();
    }

    @Test
    void anAttemptThatFailsAgainIsNotAnnotatedAgain() throws IOException {
        CiDisplay display = display(CiSystem.GITHUB, out, 1).build();
        try (OutputMultiplexer mux = mux(display, GroupingStrategy.task()).build()) {
            for (int attempt = 1; attempt <= 3; attempt++) {
                try (OutputSource source = mux.open(new JobInfo(attempt, "flaky", null, "", "local", attempt))) {
                    source.write(Channel.STDOUT, utf8("a.c:1: error: wrong\n"));
                    source.finish(1);
                }
                mux.drain();
            }
        }
        CiReader read = CiReader.of("GITHUB").read(out.toString(StandardCharsets.UTF_8));
        assertThat(read.commands("error")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "trust"})
    void aPolicyUnderWhichAJobCouldCommandTheSystemIsRefused(String policy) {
        TextRenderer.Form form = TextRenderer.Form.of(true).with(ControlPolicy.byName(policy));
        assertThatThrownBy(() -> display(CiSystem.TEAMCITY, out, 1).form(form))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("command the CI system");
    }

    @ParameterizedTest
    @EnumSource(CiSystem.class)
    void whatMattersAloneIsShownWithNothingLeftOpen(CiSystem system) throws IOException {
        CiDisplay display =
                display(system, out, 1).detail(ConsoleDisplay.Detail.ESSENTIALS).build();
        try (OutputMultiplexer mux = mux(display, GroupingStrategy.task()).build()) {
            job(mux, "good", utf8("nobody wants to read this\n"), 0);
            job(mux, "bad", utf8("##teamcity[buildStatus text='x']\n::error::x\nlast words\n"), 1);
        }
        String shown = out.toString(StandardCharsets.UTF_8);
        assertThat(shown).contains("last words", "failed: bad").doesNotContain("nobody wants");
        CiReader read = CiReader.of(system.name()).read(shown);
        assertThat(read.open).isEmpty();
        assertThat(read.faults).isEmpty();
        assertThat(read.commands("buildStatus")).isEmpty();
        assertThat(read.commands("error")).hasSize(system == CiSystem.GITHUB ? 1 : 0);
    }

    @Test
    void onlyAsManyAnnotationsAreMadeAsAreShown() throws IOException {
        CiDisplay display = display(CiSystem.GITHUB, out, 1).build();
        try (OutputMultiplexer mux = mux(display, GroupingStrategy.task()).build()) {
            for (int i = 0; i < 25; i++) {
                job(mux, "t" + i, utf8("a.c:" + (i + 1) + ": warning: w\n"), 1);
            }
        }
        CiReader read = CiReader.of("GITHUB").read(out.toString(StandardCharsets.UTF_8));
        assertThat(read.commands("error")).hasSize(CiDisplay.MOST_ANNOTATIONS);
        assertThat(read.commands("warning")).hasSize(CiDisplay.MOST_ANNOTATIONS);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("── 15 more failures are told in the summary only ──");
    }

    @Test
    void silenceIsBrokenByAWordAboutWhatRuns() throws Exception {
        AtomicLong clock = new AtomicLong();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .ticker(clock::get)
                .to(display(CiSystem.GITHUB, out, 1)
                        .heartbeat(Duration.ofSeconds(30))
                        .build())
                .build()) {
            OutputSource source = mux.open("slow", null);
            List<String> seen = new ArrayList<>();
            while (seen.isEmpty()) {
                clock.addAndGet(Duration.ofSeconds(1).toNanos());
                source.write(Channel.STDOUT, utf8("."));
                mux.drain();
                out.toString(StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.contains("1 running: slow"))
                        .forEach(seen::add);
            }
            source.finish(0);
        }
    }

    @Test
    void systemIsKnownByItsEnvironment() {
        assertThat(CiSystem.of(Map.of("GITHUB_ACTIONS", "true"))).contains(CiSystem.GITHUB);
        assertThat(CiSystem.of(Map.of("GITLAB_CI", "true"))).contains(CiSystem.GITLAB);
        assertThat(CiSystem.of(Map.of("TEAMCITY_VERSION", "2023.11"))).contains(CiSystem.TEAMCITY);
        assertThat(CiSystem.of(Map.of("BUILDKITE", "true"))).contains(CiSystem.BUILDKITE);
        assertThat(CiSystem.of(Map.of("CI", "true", "TEAMCITY_VERSION", ""))).isEmpty();
    }
}
