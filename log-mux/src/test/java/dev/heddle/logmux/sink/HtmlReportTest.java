package dev.heddle.logmux.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.Journal;
import dev.heddle.logmux.JournalReader;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the page of a report, read back as {@code docs/html.md} tells; and that it takes the place of an old one whole. */
final class HtmlReportTest {

    @TempDir
    Path folder;

    private record Line(int source, int channel, boolean goesOn, long millis, String text) {}

    private static String inflated(String base64) throws IOException {
        byte[] bytes = Base64.getDecoder().decode(base64);
        return new String(
                new InflaterInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), StandardCharsets.UTF_8);
    }

    private static List<Line> linesOf(Path page) throws IOException {
        List<Line> lines = new ArrayList<>();
        Matcher blocks = Pattern.compile("id=\"b\\d+\">([^<]+)<").matcher(Files.readString(page));
        while (blocks.find()) {
            String block = inflated(blocks.group(1));
            int end = block.indexOf('\n');
            String[] texts = block.substring(end + 1).split("\n", -1);
            int at = 0;
            for (String run : block.substring(0, end).strip().split(" ")) {
                String[] field = run.split("\\.");
                int channel = Integer.parseInt(field[1], 36);
                for (int i = Integer.parseInt(field[3], 36); i > 0; i--) {
                    lines.add(new Line(
                            Integer.parseInt(field[0], 36),
                            channel & 7,
                            channel >= 8,
                            Long.parseLong(field[2], 36),
                            texts[at++]));
                }
            }
            assertThat(texts).hasSize(at + 1);
        }
        return lines;
    }

    private static String part(Path page, String id) throws IOException {
        Matcher found = Pattern.compile("id=\"" + id + "\">([^<]*)<").matcher(Files.readString(page));
        assertThat(found.find()).isTrue();
        StringBuilder text = new StringBuilder();
        for (String block : found.group(1).strip().split(" ")) {
            text.append(inflated(block));
        }
        return text.toString();
    }

    private Path journalOf(String... said) throws Exception {
        Path journal = folder.resolve("build.hlog");
        AtomicLong now = new AtomicLong();
        try (OutputMultiplexer mux = HtmlBuilds.quiet(now, journal).build()) {
            for (int i = 0; i < said.length; i++) {
                try (OutputSource source = mux.open(HtmlBuilds.job(i, "task" + i, "part", "local", 1))) {
                    source.write(Channel.STDOUT, said[i].getBytes(StandardCharsets.UTF_8));
                    now.addAndGet(1_500_000_000);
                    source.finish(0);
                }
            }
        }
        return journal;
    }

    private Path reported(Path journal) throws IOException {
        Path page = folder.resolve("build.html");
        try (JournalReader reader = Journal.open(journal)) {
            reader.replay(GroupingStrategy.task(), Sinks.html(page));
        }
        return page;
    }

    @Test
    void aLengthOfWhichNobodyCanCountTheMillisecondsIsToldAsTheLongestThereIs() throws Exception {
        Path journal = folder.resolve("long.hlog");
        try (OutputMultiplexer mux = HtmlBuilds.quiet(new AtomicLong(), journal).build()) {
            HtmlBuilds.tellEnd(mux, true, Duration.ofSeconds(Long.MAX_VALUE), List.of("a"));
        }
        assertThat(part(reported(journal), "facts"))
                .contains("path\u001f0\u001f" + Long.MAX_VALUE + "\u001f0\non\u001fa\n");
    }

    @Test
    void everyLineOfEveryTaskIsThereInItsOrderWithItsStyles() throws Exception {
        Path page = reported(journalOf("one\n\u001b[1;31mred\u001b[0m plain\n\nlast", "\u001b[32mgreen\nstill green"));
        String mark = "\u001b";
        assertThat(linesOf(page))
                .extracting(Line::source, Line::text)
                .containsExactly(
                        tuple(1, "one"),
                        tuple(1, mark + "b f1" + mark + "red" + mark + mark + " plain"),
                        tuple(1, ""),
                        tuple(1, "last"),
                        tuple(2, mark + "f2" + mark + "green"),
                        tuple(2, mark + "f2" + mark + "still green"));
        assertThat(part(page, "index")).isEqualTo("1.0.4 2.0.2 \n");
        assertThat(part(page, "jobs").split("\n")[0].split("\u001f", -1))
                .containsExactly(
                        "1", "task0", "part", "cc -O2 -c task0", "local", "1", "0", "1500", "EXITED", "0", "", "30");
    }

    @Test
    void theWrittenPageDependsOnTheJournalAlone() throws Exception {
        Path journal = journalOf("one\n", "two\n");
        byte[] first = Files.readAllBytes(reported(journal));
        assertThat(reported(journal)).hasBinaryContent(first);
    }

    @Test
    void aLineTooLongForTheBrowserComesInPiecesThatMakeItUp() throws Exception {
        Random random = new Random(11);
        StringBuilder line = new StringBuilder();
        while (line.length() < 50_000) {
            line.appendCodePoint(random.nextInt(20) == 0 ? 0x1F600 + random.nextInt(50) : 'a' + random.nextInt(26));
            if (random.nextInt(300) == 0) {
                line.append("\u001b[3").append(random.nextInt(8)).append('m');
            }
        }
        List<Line> lines = linesOf(reported(journalOf(line + "\nnext\n")));
        assertThat(lines.get(0).goesOn()).isFalse();
        List<Line> pieces = lines.subList(0, lines.size() - 1);
        assertThat(pieces)
                .hasSizeGreaterThan(10)
                .allSatisfy(piece -> assertThat(piece.text().length()).isLessThanOrEqualTo(HtmlLine.LONGEST));
        assertThat(pieces.subList(1, pieces.size())).allMatch(Line::goesOn);
        assertThat(pieces.stream().map(piece -> plain(piece.text())).collect(Collectors.joining()))
                .isEqualTo(line.toString().replaceAll("\u001b\\[3.m", ""));
        assertThat(lines.get(lines.size() - 1).goesOn()).isFalse();
    }

    private static String plain(String text) {
        return text.replaceAll("\u001b[^\u001b]*\u001b", "");
    }

    @Test
    void whatHoldsManyOpenLinesLetsThemGoInPieces() throws Exception {
        List<String> pieces = new ArrayList<>();
        HtmlLine.Reader reader = new HtmlLine.Reader() {
            @Override
            public void line(HtmlLine from, String text, boolean goesOn) {
                pieces.add(text + (goesOn ? "+" : ""));
            }

            @Override
            public boolean isFull() {
                return true;
            }
        };
        HtmlLine line = new HtmlLine(1, reader);
        for (String part : List.of("a", "b", "c\nd")) {
            line.accept(part.getBytes(StandardCharsets.UTF_8), 0, part.length());
        }
        line.end();
        assertThat(pieces).containsExactly("a", "b+", "c+", "+", "d");
        assertThat(line.held()).isZero();
    }

    @Test
    void aReportThatIsNotFinishedLeavesTheOldOneAsItIs() throws Exception {
        Path page = reported(journalOf("old\n"));
        byte[] old = Files.readAllBytes(page);
        // A process that is killed closes nothing.
        new HtmlSink(page, HtmlPage.MOST_INLINE).ended(1, null, JobEnding.unknown());
        assertThat(page).hasBinaryContent(old);
        reported(journalOf("new\n"));
        assertThat(linesOf(page)).extracting(Line::text).containsExactly("new");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("build.hlog", "build.html");
        }
    }

    @Test
    void aFolderOfAnOldReportGoesAndWhatSomebodyElsePutThereStays() throws Exception {
        Path journal = journalOf("x".repeat(100_000) + "\n");
        Path page = folder.resolve("build.html");
        replay(journal, new HtmlSink(page, 0));
        List<Path> first = folders();
        assertThat(first).hasSize(1);
        Path strange = Files.createDirectory(folder.resolve("build.html.data-0123456789abcdef"));
        Files.writeString(strange.resolve("letter.txt"), "keep me");
        Files.writeString(strange.resolve("00000.js"), "");
        replay(journalOf("y".repeat(100_000) + "\n"), new HtmlSink(page, 0));
        assertThat(first.get(0)).doesNotExist();
        assertThat(strange.resolve("letter.txt")).hasContent("keep me");
        assertThat(strange.resolve("00000.js")).doesNotExist();
        replay(journal, new HtmlSink(page, HtmlPage.MOST_INLINE));
        assertThat(folders()).containsExactly(strange);
    }

    private List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isDirectory).toList();
        }
    }

    private static void replay(Path journal, HtmlSink sink) throws IOException {
        try (JournalReader reader = Journal.open(journal)) {
            reader.replay(GroupingStrategy.task(), sink);
        }
    }

    @Test
    void aPlaceWhereNothingCanBeWrittenIsToldAtOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> Sinks.html(file.resolve("build.html"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Sinks.html(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("folder");
    }

    @Test
    void theCodeOfThePageIsSmall() throws Exception {
        assertThat(Files.size(reported(journalOf("\n")))).isLessThan(1 << 20);
    }

    @Test
    void theWriterNeedsLittleMemoryForALongLogAndManyOpenLines() throws Exception {
        Path journal = folder.resolve("build.hlog");
        AtomicLong now = new AtomicLong();
        try (OutputMultiplexer mux = HtmlBuilds.quiet(now, journal).build()) {
            byte[] half = "half a line ".repeat(1000).getBytes(StandardCharsets.UTF_8);
            List<OutputSource> open = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                open.add(mux.open(HtmlBuilds.job(i, "task" + i, "part", "local", 1)));
            }
            for (int round = 0; round < 4; round++) {
                open.forEach(source -> source.write(Channel.STDOUT, half));
            }
            mux.drain();
        }
        assertThat(Files.size(journal)).isGreaterThan(40_000_000);
        // As it comes, so that all lines are open at once.
        ReportProcess.write(journal, folder.resolve("build.html"), "raw");
        assertThat(linesOf(folder.resolve("build.html")).stream()
                        .mapToLong(line -> line.text().length())
                        .sum())
                .isEqualTo(48_000_000);
    }

    @Test
    void theWriterKeepsNothingOfJobsThatHaveEnded() throws Exception {
        Path journal = folder.resolve("build.hlog");
        byte[] said = "done\n".getBytes(StandardCharsets.UTF_8);
        try (OutputMultiplexer mux = HtmlBuilds.quiet(new AtomicLong(), journal).build()) {
            for (int i = 0; i < 200_000; i++) {
                OutputSource source = mux.open(HtmlBuilds.job(i, "task" + i, "part", "local", 1));
                source.write(Channel.STDOUT, said);
                source.finish(0);
            }
        }
        ReportProcess.write(journal, folder.resolve("build.html"), "task", 24);
        assertThat(linesOf(folder.resolve("build.html"))).hasSize(200_000);
    }
}
