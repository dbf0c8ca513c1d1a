package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.Counters;
import dev.heddle.logmux.console.CiDisplay;
import dev.heddle.logmux.console.CiSystem;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.logmux.sink.Sinks;
import dev.heddle.logmux.testing.ScriptedTerminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Terminal, plain text, CI systems, the report and JSON lines tell the same facts of one build. */
@Timeout(60)
class SummaryRenderingsTest {

    /** What every rendering must tell, in this order: what failed with the lines that matter, what took longest, counts, places. */
    private static final List<String> FAILURES =
            List.of("bad", "b.c:2:1: error: wrong", "b.c:1:1: warning: odd", "mute", "last", "words");

    private static final List<String> COUNTS = List.of("5", "2", "3", "4", "1", "1");

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream plain = new ByteArrayOutputStream();
    private final ByteArrayOutputStream gitHub = new ByteArrayOutputStream();
    private final ByteArrayOutputStream json = new ByteArrayOutputStream();
    private final ScriptedTerminal terminal = new ScriptedTerminal(40, 200);

    private void build() throws IOException {
        AtomicLong now = new AtomicLong();
        CiDisplay ci = CiDisplay.builder(CiSystem.GITHUB, gitHub, () -> new byte[16])
                .report(directory.resolve("summary.md"))
                .build();
        CiDisplay gitLab = CiDisplay.builder(CiSystem.GITLAB, new ByteArrayOutputStream(), () -> new byte[16])
                .report(directory.resolve("quality.json"))
                .build();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .rules(LineRules.common())
                .ticker(now::get)
                .to(ConsoleDisplay.builder(plain, false).summary().build())
                .to(ConsoleDisplay.builder(terminal).summary().build())
                .to(ci)
                .to(gitLab)
                .to(Sinks.html(directory.resolve("all.html")))
                .to(Sinks.jsonLines(json))
                .journal(directory.resolve("build.hlog"))
                .build()) {
            job(mux, now, "quick", "fine\n", 0, 1);
            job(mux, now, "bad", "b.c:1:1: warning: odd\nb.c:2:1: error: wrong\n", 1, 7);
            job(mux, now, "mute", "last\nwords\n", 2, 3);
            Counters counters = new Counters(8, 1, 0, 0, 0, 3, 2, 0);
            mux.events()
                    .onEvent(new BuildEvent.BuildFinished(
                            new BuildEvent.Stamp(1, 1, Instant.EPOCH), false, counters, 4, null));
        }
    }

    private static void job(OutputMultiplexer mux, AtomicLong now, String task, String said, int status, int seconds) {
        try (OutputSource source = mux.open(new JobInfo(0, task, null, task, "local", 1))) {
            source.write(Channel.STDOUT, said.getBytes(StandardCharsets.UTF_8));
            mux.drain();
            now.addAndGet(seconds * 1_000_000_000L);
            source.finish(status);
        }
        mux.drain();
    }

    private String kept() {
        return directory.resolve("build.hlog") + ", " + directory.resolve("all.html");
    }

    private List<String> asText() {
        return List.of(
                "── failed: bad after 0:07: exit code 1 ──",
                "    b.c:2:1: error: wrong",
                "    b.c:1:1: warning: odd",
                "── failed: mute after 0:03: exit code 2 ──",
                "    last",
                "    words",
                "── slowest: bad 7.0 s, mute 3.0 s, quick 1.0 s ──",
                "── 5 succeeded, 2 failed, 3 not finished, 4 up to date; 1 error, 1 warning ──",
                "── recorded in " + kept() + " ──");
    }

    private static List<String> last(List<String> lines, int count) {
        return lines.subList(lines.size() - count, lines.size());
    }

    private static String utf8(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void plainTextAndATerminalEndWithIt() throws IOException {
        build();
        assertThat(last(utf8(plain).lines().toList(), asText().size())).isEqualTo(asText());
        List<String> screen = terminal.screen().lines().stream()
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty())
                .toList();
        assertThat(String.join("", last(screen, screen.size() - screen.indexOf(asText().get(0)))))
                .isEqualTo(String.join("", asText()));
    }

    @Test
    void aCiSystemShowsItInItsLogAndBesideIt() throws IOException {
        build();
        List<String> log = utf8(gitHub)
                .replaceAll("\u001b\\[[0-9;]*m", "")
                .lines()
                .filter(line -> !line.startsWith("::"))
                .toList();
        assertThat(last(log, asText().size())).isEqualTo(asText());
        String summary = unescaped(Files.readString(directory.resolve("summary.md")));
        assertThat(summary).isEqualTo("""
                        ### Heddle

                        5 succeeded, 2 failed, 3 not finished, 4 up to date; 1 error, 1 warning

                        | failed | how | what |
                        | --- | --- | --- |
                        | bad | exit code 1 | b.c:2:1: error: wrong<br>b.c:1:1: warning: odd |
                        | mute | exit code 2 | last<br>words |

                        | slowest | seconds |
                        | --- | --- |
                        | bad | 7.0 |
                        | mute | 3.0 |
                        | quick | 1.0 |

                        recorded in %s

                        """.formatted(kept().replace(",", "")));
        assertThat(Files.readString(directory.resolve("quality.json")))
                .containsSubsequence("wrong (bad: exit code 1)", "b.c", "\"begin\":2", "mute: exit code 2");
    }

    private static String unescaped(String markdown) {
        return Pattern.compile("&#(\\d+);")
                .matcher(markdown)
                .replaceAll(code -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(code.group(1)))));
    }

    @Test
    void theReportHasItAmongItsFacts() throws IOException {
        build();
        Matcher facts =
                Pattern.compile("id=\"facts\">([^<]*)<").matcher(Files.readString(directory.resolve("all.html")));
        assertThat(facts.find()).isTrue();
        byte[] bytes = Base64.getDecoder().decode(facts.group(1).strip());
        String all = new String(
                new InflaterInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), StandardCharsets.UTF_8);
        List<String> told = new ArrayList<>();
        for (String line : all.split("\n")) {
            List<String> fields = List.of(line.split("\u001f"));
            switch (fields.get(0)) {
                case "failure" -> told.add(fields.get(2));
                case "line" -> told.add(fields.get(1));
                case "counts" -> assertThat(fields.subList(2, 8)).isEqualTo(COUNTS);
                case "slow" -> told.add(fields.get(2) + " " + fields.get(4));
                case "kept" -> told.add(fields.get(2));
                default -> {
                    // Of other things than the summary.
                }
            }
        }
        assertThat(told.subList(0, FAILURES.size())).isEqualTo(FAILURES);
        assertThat(told.subList(FAILURES.size(), told.size()))
                .containsExactly(
                        "bad 7000",
                        "mute 3000",
                        "quick 1000",
                        directory.resolve("build.hlog").toString(),
                        directory.resolve("all.html").toString());
    }

    @Test
    void theLastLineOfJsonIsIt() throws IOException {
        build();
        List<String> lines = utf8(json).lines().toList();
        assertThat(last(lines, 1).get(0))
                .isEqualTo(
                        "{\"kind\":\"summary\",\"succeeded\":5,\"failed\":2,\"notRun\":3,\"upToDate\":4,\"errors\":1,"
                                + "\"warnings\":1,\"failedJobs\":2,\"failures\":["
                                + "{\"task\":\"bad\",\"host\":\"local\",\"attempt\":1,\"nanos\":7000000000,\"summary\":\"exit code 1\","
                                + "\"lines\":[\"b.c:2:1: error: wrong\",\"b.c:1:1: warning: odd\"]},"
                                + "{\"task\":\"mute\",\"host\":\"local\",\"attempt\":1,\"nanos\":3000000000,\"summary\":\"exit code 2\","
                                + "\"lines\":[\"last\",\"words\"]}],\"slowest\":["
                                + "{\"task\":\"bad\",\"host\":\"local\",\"attempt\":1,\"nanos\":7000000000},"
                                + "{\"task\":\"mute\",\"host\":\"local\",\"attempt\":1,\"nanos\":3000000000},"
                                + "{\"task\":\"quick\",\"host\":\"local\",\"attempt\":1,\"nanos\":1000000000}],\"kept\":[\""
                                + kept().replace(", ", "\",\"") + "\"]}");
        assertThat(lines.subList(0, lines.size() - 1)).noneMatch(line -> line.contains("\"kind\":\"summary\""));
    }
}
