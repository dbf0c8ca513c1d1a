package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.Diagnostic;
import dev.heddle.core.Diagnostic.Severity;
import dev.heddle.core.event.BuildEvent.DiagnosticFound;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of {@link DiagnosticAssembler}, one by one, in virtual time. */
class DiagnosticRulesTest {

    private static final String HEAD = "a.c:3:5: error: no\n";
    private static final String CODE = "    3 | code\n";
    private static final String CARET = "      | ^~~~\n";

    private final VirtualView.Notes shown = new VirtualView.Notes();
    private VirtualView view;

    @BeforeEach
    void twoJobs() {
        view = new VirtualView(GroupingStrategy.diagnostic(), shown);
        view.at(0).open(1).open(2);
    }

    @Test
    void linesOfNoDiagnosticAreShownAtOnce() {
        view.at(10).say(1, "one\ntwo\n");
        assertThat(shown.take()).containsExactly("1:one|two|");
    }

    @Test
    void diagnosticIsShownInOnePieceAtTheLineThatIsNoPartOfIt() {
        view.at(10).say(1, "before\n" + HEAD).at(20).say(2, "other\n").at(30).say(1, CODE);
        view.at(100).say(2, "other\n").at(120).say(1, CARET).at(190).say(2, "other\n");
        assertThat(shown.take()).containsExactly("1:before|", "2:other|", "2:other|", "2:other|");
        view.at(260).say(1, "next\n");
        assertThat(shown.take()).containsExactly("1:a.c:3:5: error: no|    3 | code|      | ^~~~|next|");
    }

    @Test
    void linesBeforeTheHeadStayWithIt() {
        view.at(10).say(1, "In file included from x.c:1:\n").at(50).say(1, "a.h: In function 'f':\n");
        assertThat(shown.take()).isEmpty();
        view.at(90).say(1, HEAD + "next\n").at(160);
        assertThat(shown.take()).isEmpty();
        view.at(170).say(1, "last\n");
        assertThat(shown.take())
                .containsExactly("1:In file included from x.c:1:|a.h: In function 'f':|a.c:3:5: error: no|next|last|");
    }

    @Test
    void nextDiagnosticEndsTheOneBefore() {
        view.at(10).say(1, HEAD + CODE).at(20).say(1, "b.c:1:1: warning: x\n");
        assertThat(shown.take()).containsExactly("1:a.c:3:5: error: no|    3 | code|");
    }

    @Test
    void silenceAndAgeEndTheWait() {
        view.at(10).say(1, HEAD).at(259);
        assertThat(shown.take()).isEmpty();
        view.at(260);
        assertThat(shown.take()).containsExactly("1:a.c:3:5: error: no|");
        for (int millis = 300; millis < 1300; millis += 100) {
            view.at(millis).say(1, CODE);
        }
        view.at(1299);
        assertThat(shown.take()).isEmpty();
        view.at(1300);
        assertThat(shown.take()).containsExactly("1:" + CODE.replace("\n", "|").repeat(10));
    }

    @Test
    void diagnosticHasAtMostTwoHundredLines() {
        view.at(10).say(1, HEAD + CODE.repeat(198));
        assertThat(shown.take()).isEmpty();
        view.say(1, CODE);
        assertThat(shown.take()).isEmpty();
        view.say(1, CODE);
        assertThat(shown.take()).singleElement().asString().hasSize(HEAD.length() + 200 * CODE.length() + 2);
    }

    @Test
    void halfLineWaitsAndTheEndOfTheJobShowsEverything() {
        view.at(10).say(1, HEAD + "    3 | co");
        view.at(2009);
        assertThat(shown.take()).containsExactly("1:a.c:3:5: error: no|");
        view.at(2010);
        assertThat(shown.take()).containsExactly("1:    3 | co~");
        view.at(2020).say(1, "de\n" + CARET + "rest").end(1, 1);
        assertThat(shown.take()).containsExactly("1:+de|      | ^~~~|rest");
    }

    @Test
    void onlySoManyLinesOfAJobAreSearched() throws IOException {
        Recording flood = new Recording("flood").start(0, 1, "flood").start(0, 2, "other");
        String lines = "a.c:1:1: warning: x\n".repeat(1000);
        for (int i = 0; i < DiagnosticMatcher.MOST_SEARCHED / 1000; i++) {
            flood.say(i, 1, lines);
        }
        flood.say(100, 1, lines).say(101, 2, HEAD).end(200, 1, 0).end(200, 2, 0);
        try (JournalReader reader = new JournalReader(new MemoryBytes(flood.journal()))) {
            assertThat(reader.diagnose(LineRules.common(), event -> {}))
                    .containsEntry("job1", new DiagnosticCounts(0, DiagnosticMatcher.MOST_SEARCHED))
                    .containsEntry("job2", new DiagnosticCounts(1, 0));
        }
    }

    @Test
    void coloredWarningsOfARealBuildAreAllFound() throws IOException {
        Optional<Recording> lua = Recording.shared().stream()
                .filter(recording -> recording.name.equals("lua-warn-j4"))
                .findFirst();
        assumeTrue(lua.isPresent(), "the shared recordings are not beside this project");
        List<Diagnostic> found = new ArrayList<>();
        try (JournalReader reader = new JournalReader(new MemoryBytes(lua.get().journal()))) {
            reader.diagnose(LineRules.common(), event -> found.add(((DiagnosticFound) event).diagnostic()));
        }
        long warnings = lua.get().said().values().stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).replaceAll("\u001b\\[[0-9;]*[mK]", ""))
                .flatMap(String::lines)
                .filter(line -> line.matches("[^ :]+:\\d+:\\d+: warning: .*"))
                .count();
        assertThat(warnings).isPositive();
        assertThat(found)
                .filteredOn(diagnostic -> diagnostic.severity() == Severity.WARNING)
                .hasSize((int) warnings)
                .allMatch(diagnostic -> diagnostic.matcher().equals("gcc") && diagnostic.location() != null);
    }
}
