package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Command;
import dev.heddle.core.Step;
import dev.heddle.core.Task;
import dev.heddle.core.TaskSpec;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What commands write into their step files. */
final class StepNotesTest {

    private static final int MUTATIONS = 20_000;
    private static final String NOTES = "next build\nskip check it\nrepeat\nsize 120\nsize 7 8\n";

    private final Task task = graphOf(TaskSpec.named("t")
                    .step("fetch", Command.of("true"))
                    .step("build", Command.of("true"))
                    .step("check it", Command.of("true")))
            .task(0);
    private final Step running = task.steps().get(0);

    private StepNotes read(String text) throws StepFailure {
        return StepNotes.read(text.getBytes(UTF_8), task, running);
    }

    @Test
    void everyLineIsTakenInItsOrder() throws StepFailure {
        StepNotes notes = read(NOTES);
        assertThat(notes.next()).extracting(Step::name).containsExactly("build", "fetch");
        assertThat(notes.skipped()).containsExactly("check it");
        assertThat(notes.facts())
                .extracting(fact -> fact.key() + " " + fact.value())
                .containsExactly("size 120", "size 7 8");
        assertThat(read("").next()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "repeat%nnext biuld%n | HEDDLE_STEPS:2:6: task 't' has no step 'biuld'; did you mean 'build'?",
                "skip%n | HEDDLE_STEPS:1:6: task 't' has no step ''",
                "repeat fetch%n | HEDDLE_STEPS:1:8: 'repeat' repeats the step that wrote it",
                "again%n | HEDDLE_STEPS:1:1: 'again' is none of",
                "%n | HEDDLE_STEPS:1:1: '' is none of",
                "size -1%n | HEDDLE_STEPS:1:6: '-1' is not a number",
                "size 1  2%n | HEDDLE_STEPS:1:6: '1  2' is not a number",
                "size 1234567890123456%n | HEDDLE_STEPS:1:6:",
                "repeat | HEDDLE_STEPS:1:1: the line has no end"
            })
    void aBadLineIsToldWithItsPlace(String text, String told) {
        assertThatThrownBy(() -> read(text.strip().replace("%n", "\n")))
                .isInstanceOf(StepFailure.class)
                .hasMessageContaining(told);
    }

    @Test
    void notesCutAnywhereAreTakenUpToALineOrTold() {
        byte[] bytes = NOTES.getBytes(UTF_8);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            boolean whole = length == 0 || cut[length - 1] == '\n';
            try {
                StepNotes.read(cut, task, running);
                assertThat(whole).as("%s bytes", length).isTrue();
            } catch (StepFailure e) {
                assertThat(whole).as("%s bytes", length).isFalse();
                assertThat(e).hasMessageMatching(".*HEDDLE_STEPS:[1-5]:1: the line has no end.*");
            }
        }
    }

    @Test
    void mutatedNotesAreTakenOrToldWithTheirPlace() {
        Random random = new Random(20_261_121);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = NOTES.getBytes(UTF_8);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean() ? (byte) random.nextInt(256) : bytes[random.nextInt(bytes.length)];
            }
            try {
                StepNotes notes = StepNotes.read(bytes, task, running);
                assertThat(notes.next()).allMatch(task.steps()::contains);
            } catch (StepFailure e) {
                assertThat(e).hasMessageMatching("(?s).*HEDDLE_STEPS:\\d+:\\d+: .+");
            }
        }
    }
}
