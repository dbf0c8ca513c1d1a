package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Channel;
import dev.heddle.logmux.wire.WireFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalSearchTest {

    private static List<String> search(byte[] journal, JournalQuery query) throws IOException {
        List<String> found = new ArrayList<>();
        try (JournalReader reader = new JournalReader(new MemoryBytes(journal))) {
            long count = reader.search(
                    query,
                    match -> found.add(
                            match.job().task() + " " + match.channel() + " " + match.line() + " " + match.text()));
            assertThat(count).isEqualTo(found.size());
        }
        return found;
    }

    private static Recording twoJobs() {
        return new Recording("two")
                .start(0, 1, "job1")
                .start(0, 2, "job2")
                .say(10, 1, "first\nan er")
                .say(20, 2, "no error here\r\n")
                .say(30, 1, Channel.STDERR, "Error on stderr\n".getBytes(StandardCharsets.UTF_8))
                .say(40, 1, "ror cut in two\n\u001b[31merr\u001b[0mor in colour\n\n")
                .say(50, 2, "last error without an end")
                .end(60, 1, 0)
                .end(70, 2, 1);
    }

    @Test
    void linesAreFoundWithTheirNumbersHoweverTheyWereCutAndColoured() throws IOException {
        assertThat(search(twoJobs().journal(), JournalQuery.of("error")))
                .containsExactlyInAnyOrder(
                        "job2 STDOUT 1 no error here",
                        "job1 STDOUT 2 an error cut in two",
                        "job1 STDOUT 3 error in colour",
                        "job2 STDOUT 2 last error without an end");
    }

    @Test
    void queriesAreNarrowedByCaseChannelAndTask() throws IOException {
        JournalQuery error = JournalQuery.of("error");
        byte[] journal = twoJobs().journal();
        assertThat(search(journal, error.ignoringCase().on(EnumSet.of(Channel.STDERR))))
                .containsExactly("job1 STDERR 1 Error on stderr");
        assertThat(search(journal, error.ofJobs(job -> job.task().equals("job2"))))
                .containsExactly("job2 STDOUT 1 no error here", "job2 STDOUT 2 last error without an end");
        assertThat(search(journal, JournalQuery.of("^$"))).containsExactly("job1 STDOUT 4 ");
        assertThat(search(journal, error.ofFailures()))
                .as("the job that is recorded to have failed")
                .containsExactly("job2 STDOUT 1 no error here", "job2 STDOUT 2 last error without an end");
        assertThat(search(journal, error.ofFailures().ofJobs(job -> job.task().equals("job1"))))
                .isEmpty();
    }

    @Test
    void everyLineOfARecordingIsFoundOnceWhereALineByLineReadingFindsIt() throws IOException {
        Recording recording = Recordings.chatty(120);
        Pattern pattern = Pattern.compile("[37]$|task 1");
        List<String> expected = new ArrayList<>();
        for (Map.Entry<String, byte[]> said : recording.said().entrySet()) {
            new String(said.getValue(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> pattern.matcher(line).find())
                    .forEach(expected::add);
        }
        List<String> found = new ArrayList<>();
        try (JournalReader reader = new JournalReader(new MemoryBytes(recording.journal()))) {
            reader.search(JournalQuery.of(pattern.pattern()), match -> found.add(match.text()));
        }
        assertThat(expected).hasSizeGreaterThan(100);
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aLineWithoutEndIsLookedAtInPieces() throws IOException {
        Recording recording = new Recording("long").start(0, 1, "a");
        recording.say(1, 1, "begin " + "x".repeat(2 * LineText.LONGEST) + " behind");
        for (int i = 0; i < 100; i++) {
            recording.say(2 + i, 1, "x".repeat(60_000));
        }
        byte[] journal = recording.say(200, 1, " far \nnext\n").end(300, 1, 0).journal();
        assertThat(search(journal, JournalQuery.of("far|behind|xx")))
                .as("once, in the first piece")
                .singleElement()
                .satisfies(found -> assertThat(found).hasSize("job1 STDOUT 1 ".length() + LineSearch.PIECE));
        assertThat(search(journal, JournalQuery.of("far $")))
                .singleElement()
                .satisfies(found -> assertThat(found)
                        .startsWith("job1 STDOUT 1 x")
                        .hasSizeLessThanOrEqualTo("job1 STDOUT 1 ".length() + LineSearch.PIECE));
        assertThat(search(journal, JournalQuery.of("next"))).containsExactly("job1 STDOUT 2 next");
    }

    @Test
    void everyTruncationFindsABeginningOfWhatTheWholeHas() throws IOException {
        byte[] journal = twoJobs().journal();
        for (int length = 0; length < journal.length; length++) {
            byte[] cut = Arrays.copyOf(journal, length);
            try {
                assertThat(search(cut, JournalQuery.of("error"))).hasSizeLessThanOrEqualTo(4);
            } catch (WireFormatException e) {
                assertThat(length).as(e.getMessage()).isLessThan(19);
            }
        }
    }

    @Test
    void changedBytesAreAnErrorOrLeaveSomethingOut() throws IOException {
        Mutations mutations =
                new Mutations(List.of(twoJobs().journal(), Recordings.chatty(30).journal()));
        for (int seed = 0; seed < Mutations.COUNT; seed++) {
            try {
                search(mutations.bytes(seed), JournalQuery.of("r+"));
            } catch (WireFormatException e) {
                assertThat(e).hasMessageContaining("at byte");
            }
        }
    }

    @Test
    void aPatternThatIsSlowElsewhereIsNotSlowHere() throws IOException {
        String line = "a".repeat(LineText.LONGEST);
        Random random = new Random(5);
        Recording recording = new Recording("slow").start(0, 1, "a");
        for (int i = 0; i < 20; i++) {
            recording.say(i, 1, line.substring(random.nextInt(9)) + "\n");
        }
        byte[] journal = recording.end(100, 1, 0).journal();
        // What backtracks would not be done in the lifetime of the universe.
        assertThat(search(journal, JournalQuery.of("(a*)*(a|aa)*b"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "(", "(a)\\1", "(?=a)", "((a{100}){100}){100}"})
    void whatIsNoPatternIsRefusedWithAReason(String pattern) {
        assertThatThrownBy(() -> JournalQuery.of(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pattern");
    }
}
