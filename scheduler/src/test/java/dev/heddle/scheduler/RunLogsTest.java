package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.scheduler.TimedRun.How;
import dev.heddle.scheduler.TimedRun.StepTime;
import dev.heddle.scheduler.TimedRun.Took;
import dev.heddle.scheduler.TimedRun.Where;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The three formats in which logs tell what jobs took. */
final class RunLogsTest {

    private static final Function<LogLine, TimedRun> BUILD_LOG = line -> BuildLogFormat.read(line, 7);
    private static final Function<LogLine, TimedRun> ROLLING = RollingFormat::read;
    private static final Function<LogLine, TimedRun> NINJA = NinjaLogFormat::read;

    private static final String OF_BUILDS = """
            devel/gmake beta/4 12.34 5678 configure=2.5/build=8.84/fake=1
            x11/qt5,-main beta/4*2 100 99 max_stuck=12.00/build=50
            lang/gcc local/2 3 17 build=3!
            archivers/xz local 0.5 0
            a%20b%21 b%2Fc/8 1.000 2 attempt=2/do%3Dit=1.000
            """;

    private static final String OF_ROLLING = """
            devel/gmake host=beta time=12.34 size=5678 ts=1288012400 clean=12
            lang/gcc host=beta*3 time=30 size=17 ts=1288012401 clean=0 print=1f steps=build:9/fake:1 new=what
            """;

    private static final String OF_NINJA =
            "0\t1500\t1288012400000000000\tobj/a b.o\tdeadbeef\n" + "10\t10\t0\tobj/c.o\t1\n";

    private static List<TimedRun> read(String text, Function<LogLine, TimedRun> format) {
        return read(text.getBytes(StandardCharsets.UTF_8), format, true, new ArrayList<>());
    }

    private static List<TimedRun> read(
            byte[] text, Function<LogLine, TimedRun> format, boolean strict, List<LogLines.Damage> damage) {
        List<TimedRun> runs = new ArrayList<>();
        try {
            damage.add(
                    LogLines.read("log", new ByteArrayInputStream(text), strict, line -> runs.add(format.apply(line))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return runs;
    }

    private static TimedRun run(String task, Where where, Took took, How how) {
        return new TimedRun(task, where, took, how);
    }

    @Test
    void linesOfABuildLogAreRead() {
        How clean = new How(false, false, 7, 0);
        assertThat(read(OF_BUILDS, BUILD_LOG))
                .containsExactly(
                        run(
                                "devel/gmake",
                                new Where("beta", 4, 1),
                                new Took(
                                        12.34,
                                        5678,
                                        List.of(
                                                new StepTime("configure", 2.5),
                                                new StepTime("build", 8.84),
                                                new StepTime("fake", 1))),
                                clean),
                        run(
                                "x11/qt5,-main",
                                new Where("beta", 4, 2),
                                new Took(50, 99, List.of(new StepTime("build", 50))),
                                clean),
                        run(
                                "lang/gcc",
                                new Where("local", 2, 1),
                                new Took(3, 17, List.of(new StepTime("build", 3))),
                                new How(false, true, 7, 0)),
                        run("archivers/xz", new Where("local", 0, 1), new Took(0.5, 0, List.of()), clean),
                        run(
                                "a b!",
                                new Where("b/c", 8, 1),
                                new Took(1, 2, List.of(new StepTime("do=it", 1))),
                                new How(true, false, 7, 0)));
    }

    @Test
    void aFailureWithoutStepsIsOneToo() {
        TimedRun run = read("lang/gcc local/2 3 17!\n", BUILD_LOG).get(0);
        assertThat(run.how().failed()).isTrue();
        assertThat(run.took().logBytes()).isEqualTo(17);
        assertThat(BuildLogFormat.write(run)).isEqualTo("lang/gcc local/2 3.000 17!");
    }

    @Test
    void linesOfARollingFileAreRead() {
        assertThat(read(OF_ROLLING, ROLLING))
                .containsExactly(
                        run(
                                "devel/gmake",
                                new Where("beta", 0, 1),
                                new Took(12.34, 5678, List.of()),
                                new How(false, false, 1_288_012_400L, 0)),
                        run(
                                "lang/gcc",
                                new Where("beta", 0, 3),
                                new Took(10, 17, List.of(new StepTime("build", 9), new StepTime("fake", 1))),
                                new How(true, false, 1_288_012_401L, 0x1f)));
    }

    @Test
    void linesOfANinjaLogAreRead() {
        assertThat(read(OF_NINJA, NINJA))
                .containsExactly(
                        run(
                                "obj/a b.o",
                                new Where("local", 0, 1),
                                new Took(1.5, 0, List.of()),
                                new How(false, false, 1_288_012_400L, 0)),
                        run(
                                "obj/c.o",
                                new Where("local", 0, 1),
                                new Took(0, 0, List.of()),
                                new How(false, false, 0, 0)));
    }

    @Test
    void whatIsWrittenIsReadBackAsTheSame() {
        for (int seed = 0; seed < 2_000; seed++) {
            TimedRun run = RandomRuns.run(new Random(seed), seed % 5 == 0);
            TimedRun inLog = read(BuildLogFormat.write(run) + "\n", BUILD_LOG).get(0);
            assertThat(inLog.task()).isEqualTo(run.task());
            assertThat(inLog.where()).isEqualTo(run.where());
            assertThat(inLog.how().failed()).isEqualTo(run.how().failed());
            assertThat(inLog.how().resumed()).isEqualTo(run.how().resumed());
            assertThat(inLog.took()).isEqualTo(run.took());

            TimedRun rolling = read(RollingFormat.write(run) + "\n", ROLLING).get(0);
            assertThat(rolling.task()).isEqualTo(run.task());
            assertThat(rolling.where().host()).isEqualTo(run.where().host());
            assertThat(rolling.took()).isEqualTo(run.took());
            assertThat(rolling.how().print()).isEqualTo(run.how().print());
            assertThat(rolling.how().epochSeconds()).isEqualTo(run.how().epochSeconds());
        }
    }

    @Test
    void aScriptThatSplitsAtBlanksFindsTheFieldsOfDpb() {
        TimedRun run = run(
                "a b/c",
                new Where("my host", 4, 1),
                new Took(1.5, 10, List.of(new StepTime("the build", 1.5))),
                new How(false, false, 9, 5));
        String[] words = BuildLogFormat.write(run).split(" ");
        assertThat(words).containsExactly("a%20b/c", "my%20host/4", "1.500", "10", "the%20build=1.500");
        assertThat(RollingFormat.write(run).split(" "))
                .containsExactly(
                        "a%20b/c",
                        "host=my%20host",
                        "time=1.500",
                        "size=10",
                        "ts=9",
                        "clean=1",
                        "print=5",
                        "steps=the%20build:1.500");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "devel/gmake | log:1:12: the host is missing",
                "devel/gmake beta/4 | log:1:19: the time is missing",
                "devel/gmake beta/4 12 | log:1:22: the size of the log is missing",
                "devel/gmake beta/x 12 1 | log:1:18: 'x' is no number from 0 to 1000000",
                "devel/gmake beta/4*0 12 1 | log:1:20: '0' is no number from 1 to 1000000",
                "devel/gmake beta/4 1e3 1 | log:1:20: '1e3' is no number of seconds",
                "devel/gmake beta/4 -1 1 | log:1:20: '-1' is no number of seconds",
                "devel/gmake beta/4 1.2.3 1 | log:1:20: '1.2.3' is no number of seconds",
                "devel/gmake beta/4 2000000000 1 | log:1:20: '2000000000' is no number of seconds from 0 to 10^9",
                "devel/gmake beta/4 1 -1 | log:1:22: '-1' is no number",
                "devel/gmake beta/4 1 2 build | log:1:24: 'build' is not STEP=SECONDS",
                "devel/gmake beta/4 1 2 build=1/=2 | log:1:32: '=2' is not STEP=SECONDS",
                "devel/gmake beta/4 1 2 build=1/fake=x | log:1:37: 'x' is no number of seconds",
                "devel/gmake beta/4 1 2 build=1 more | log:1:32: nothing is expected behind the steps",
                "devel%2 beta/4 1 2 | log:1:1: 'devel%2' has a % without two hexadecimal digits",
                "devel%FF beta/4 1 2 | log:1:1: the name is not UTF-8",
                "devel /4 1 2 | log:1:7: a name is empty",
            })
    void aBadLineOfABuildLogIsToldWithItsPlace(String line, String message) {
        assertThatThrownBy(() -> read(line + "\n", BUILD_LOG))
                .isInstanceOf(HistoryException.class)
                .hasMessageStartingWith(message);
        assertThatThrownBy(() -> read("a b 1 2\n" + line + "\n", BUILD_LOG))
                .hasMessageStartingWith(message.replace("log:1:", "log:2:"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "gmake time=1 | log:1:13: host= and time= must be there",
                "gmake host=a | log:1:13: host= and time= must be there",
                "gmake host=a time=1 zero | log:1:21: 'zero' is not KEY=VALUE",
                "gmake host=a time=x | log:1:19: 'x' is no number of seconds",
                "gmake host=a time=1 ts=999999999999 | log:1:24: '999999999999' is no number",
                "gmake host=a time=1 print=xy | log:1:27: 'xy' is not 1 to 16 hexadecimal digits",
                "gmake host=a time=1 steps=build=1 | log:1:27: 'build=1' is not STEP:SECONDS",
            })
    void aBadLineOfARollingFileIsToldWithItsPlace(String line, String message) {
        assertThatThrownBy(() -> read(line + "\n", ROLLING)).hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "1 | log:1:1: the start is missing",
                "1\t2\t3\tout | log:1:7: the output is missing",
                "x\t2\t3\tout\t1 | log:1:1: 'x' is no number",
                "3\t2\t3\tout\t1 | log:1:3: the end is before the start",
                "1\t2\t3\t\t1 | log:1:7: a name is empty",
                "1\t2\t3\tout\tzz | log:1:11: 'zz' is not 1 to 16 hexadecimal digits",
            })
    void aBadLineOfANinjaLogIsToldWithItsPlace(String line, String message) {
        assertThatThrownBy(() -> read(line.replace("\\t", "\t") + "\n", NINJA)).hasMessageStartingWith(message);
    }

    @Test
    void aTornLastLineIsLeftOutAndCounted() {
        List<LogLines.Damage> damage = new ArrayList<>();
        byte[] text = "a b 1 2\nc d 3 45".getBytes(StandardCharsets.UTF_8);
        assertThat(read(text, BUILD_LOG, true, damage)).hasSize(1);
        assertThat(damage.get(0)).isEqualTo(new LogLines.Damage(1, "log:2:1: the last line has no end"));
    }

    @Test
    void controlCharactersAndEndlessLinesAreToldWithTheirPlace() {
        assertThatThrownBy(() -> read("a b 1 2\na\u0000b c 1 2\n", BUILD_LOG))
                .hasMessage("log:2:2: a control character, 0x00");
        String longest = "a b 1 2 " + "x".repeat(LogLines.MAX_LINE - 10) + "=1";
        assertThat(read(longest + "\n", BUILD_LOG)).hasSize(1);
        assertThatThrownBy(() -> read(longest + "1\n", BUILD_LOG))
                .hasMessage("log:1:16385: the line has more than 16384 bytes");
        String many = "a b 1 2 " + "x=1/".repeat(1_000) + "x=1";
        assertThatThrownBy(() -> read(many + "\n", BUILD_LOG)).hasMessageEndingWith("more than 1000 steps");
    }

    @Test
    void aLineWithoutAnEndTakesNoMemory() throws IOException {
        long[] left = {64L << 20};
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return left[0]-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                int given = (int) Math.min(length, left[0]);
                left[0] -= given;
                Arrays.fill(into, from, from + given, (byte) 'x');
                return given == 0 ? -1 : given;
            }
        };
        LogLines.Damage damage = LogLines.read("log", endless, false, line -> {});
        assertThat(damage.count()).isEqualTo(1);
    }

    @Test
    void everyTruncationIsReadUpToItsLastWholeLine() {
        for (Function<LogLine, TimedRun> format : List.of(BUILD_LOG, ROLLING, NINJA)) {
            byte[] whole = sample(format).getBytes(StandardCharsets.UTF_8);
            List<TimedRun> all = read(whole, format, true, new ArrayList<>());
            for (int length = 0; length <= whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                int ends = (int) new String(cut, StandardCharsets.UTF_8)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
                assertThat(read(cut, format, true, new ArrayList<>())).isEqualTo(all.subList(0, ends));
            }
        }
    }

    @Test
    void mutationsAreReadOrToldWithTheirPlace() {
        int refused = 0;
        for (Function<LogLine, TimedRun> format : List.of(BUILD_LOG, ROLLING, NINJA)) {
            byte[] whole = sample(format).getBytes(StandardCharsets.UTF_8);
            for (int seed = 0; seed < 3_000; seed++) {
                Random random = new Random(seed);
                byte[] changed = whole.clone();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
                refused += isRefused(changed, format) ? 1 : 0;
            }
        }
        assertThat(refused).isBetween(900, 8_999);
    }

    private static boolean isRefused(byte[] text, Function<LogLine, TimedRun> format) {
        List<LogLines.Damage> damage = new ArrayList<>();
        for (TimedRun run : read(text, format, false, damage)) {
            assertThat(run.task()).isNotEmpty();
            assertThat(run.took().seconds()).isBetween(0.0, 1e9);
            assertThat(run.where().slots()).isPositive();
        }
        String first = damage.get(0).first();
        if (first != null) {
            assertThat(first).matches("(?s)log:\\d+:\\d+: .*");
            // Strict reading stops at the same place, unless only the last line is torn.
            if (!first.endsWith("the last line has no end")) {
                assertThatThrownBy(() -> read(text, format, true, new ArrayList<>()))
                        .isInstanceOf(HistoryException.class)
                        .hasMessage(first);
            }
        }
        return first != null;
    }

    private static String sample(Function<LogLine, TimedRun> format) {
        return format == BUILD_LOG ? OF_BUILDS : format == ROLLING ? OF_ROLLING : OF_NINJA;
    }
}
