package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of {@link StageArbiter}, one by one, in virtual time. */
class StageRulesTest {

    private final VirtualView.Notes shown = new VirtualView.Notes();
    private VirtualView view;

    @BeforeEach
    void threeJobsOfWhichTheFirstHasTheStage() {
        view = new VirtualView(GroupingStrategy.stage(), shown);
        view.at(0).open(1).open(2).open(3).say(1, "begin\n");
        assertThat(shown.take()).containsExactly("1:begin|");
    }

    @Test
    void whatTheSourceOnTheStageSaysIsShownAtOnce() {
        view.at(10).say(1, "one\n");
        assertThat(shown.take()).containsExactly("1:one|");
        view.at(20).say(2, "held\n").say(1, "two\n");
        assertThat(shown.take()).containsExactly("1:two|");
    }

    @Test
    void anEndedSourceIsShownWholeOnceTheStageWasQuietForAMoment() {
        view.at(100).say(1, "x\n").say(2, "a\n").say(2, "b\n").end(2, 0);
        view.at(110).say(1, "x\n");
        shown.take();
        view.at(159);
        assertThat(shown.take()).isEmpty();
        view.at(160);
        assertThat(shown.take()).containsExactly("2:a|b|");
    }

    @Test
    void anEndedSourceIsShownAfterHalfASecondThoughTheStageIsNeverQuiet() {
        view.at(100).say(1, ".\n").say(2, "a\n").end(2, 0);
        for (int millis = 110; millis < 600; millis += 10) {
            view.at(millis).say(1, ".\n");
        }
        assertThat(shown.take()).isNotEmpty().allMatch("1:.|"::equals);
        view.at(600);
        assertThat(shown.take()).containsExactly("2:a|");
        view.at(601).say(1, "go on\n");
        assertThat(shown.take()).as("the stage was not taken away").containsExactly("1:go on|");
    }

    @Test
    void aQuietStageGoesToTheSourceWithTheOldestHeldByte() {
        view.at(100).say(3, "older\n").at(110).say(2, "newer\n").at(120).say(3, "again\n");
        view.at(249);
        assertThat(shown.take()).isEmpty();
        view.at(250);
        assertThat(shown.take()).containsExactly("3:older|again|");
        view.at(260).say(3, "live\n").say(1, "held now\n");
        assertThat(shown.take()).containsExactly("3:live|");
        view.at(510);
        assertThat(shown.take())
                .as("the new owner has said nothing for long either")
                .containsExactly("2:newer|", "1:held now|");
    }

    @Test
    void nothingComesBetweenTheTwoHalvesOfALineUnlessAByteIsFiveSecondsOld() {
        view.at(100)
                .say(1, "checking for fcntl... ")
                .say(2, "held\n")
                .say(3, "a\n")
                .end(3, 0);
        view.at(1000);
        assertThat(shown.take()).isEmpty();
        view.at(1100).say(1, "yes\n");
        assertThat(shown.take()).containsExactly("1:checking for fcntl... yes|", "3:a|");
        view.at(1200).say(1, "checking for mmap... ");
        view.at(5099);
        assertThat(shown.take())
                .as("a half line is closed after two seconds")
                .containsExactly("1:checking for mmap... ~");
        view.at(5100);
        assertThat(shown.take()).containsExactly("2:held|");
    }

    @Test
    void sinkThatShowsHalfLinesIsGivenThemWholeAndWholeLinesOfOthersInFiveSeconds() {
        view = new VirtualView(GroupingStrategy.stage(), shown).holdHalfLines();
        view.at(0).open(1).open(2).say(1, "begin\n");
        shown.take();
        view.at(100).say(1, "checking... ").say(2, "held\n");
        view.at(5099);
        assertThat(shown.take()).isEmpty();
        view.at(5100);
        assertThat(shown.take()).containsExactly("2:held|");
        view.at(13000).say(1, "yes\n");
        assertThat(shown.take()).containsExactly("1:checking... yes|");
        view.at(13100).say(1, "last words").at(20000);
        assertThat(shown.take()).isEmpty();
        view.end(1, 0).at(21000);
        assertThat(shown.take()).containsExactly("1:last words");
    }

    @Test
    void theAgeOfAHeldByteCountsAlsoWhenAYoungerOneOfAnotherChannelWasCompleteFirst() {
        view.at(100).say(1, "checking... ").say(2, "half a line");
        view.at(1000).say(2, Channel.STDERR, "whole\n");
        shown.take();
        view.at(5099);
        assertThat(shown.take()).containsExactly("1:checking... ~");
        view.at(5100);
        assertThat(shown.take()).containsExactly("2:whole|", "2:half a line~");
    }

    @Test
    void whatAnEndedSourceLeftWaitsForTheEndOfALineNoLongerThanFiveSecondsInAll() {
        view.at(100).say(1, "checking... ").at(200).say(2, "b\n").at(4000).end(2, 0);
        shown.take();
        view.at(5199);
        assertThat(shown.take()).isEmpty();
        view.at(5200);
        assertThat(shown.take()).containsExactly("2:b|");
    }

    @Test
    void aTalkingStageIsHandedOverAtALineEndWhenAByteIsThreeSecondsOld() {
        view.at(100).say(2, "held\n");
        for (int millis = 200; millis < 3100; millis += 100) {
            view.at(millis).say(1, ".\n");
        }
        assertThat(shown.take()).allMatch("1:.|"::equals);
        view.at(3099);
        assertThat(shown.take()).isEmpty();
        view.at(3100);
        assertThat(shown.take()).containsExactly("2:held|");
    }

    @Test
    void aStageInTheMiddleOfALineIsHandedOverWhenAByteIsFiveSecondsOld() {
        view.at(100).say(2, "held\n");
        // A half line is shown, closed with a mark, when it is two seconds old; its rest never comes to an end of line.
        for (int millis = 200; millis < 5100; millis += 100) {
            view.at(millis).say(1, ".");
        }
        assertThat(shown.take()).isNotEmpty().allMatch(note -> note.startsWith("1:") && note.endsWith("~"));
        view.at(5099);
        assertThat(shown.take()).isEmpty();
        view.at(5100);
        assertThat(shown.take()).containsExactly("2:held|");
    }

    @Test
    void whenTheStageEndsEndedSourcesComeFirstAndFailedOnesBeforeOthers() {
        view.open(4);
        view.at(10)
                .say(4, "running\n")
                .say(2, "good\n")
                .end(2, 0)
                .say(3, "bad\n")
                .end(3, 1);
        assertThat(shown.take()).isEmpty();
        view.say(1, "rest").end(1, 0);
        assertThat(shown.take()).containsExactly("1:rest", "3:bad|", "2:good|", "4:running|");
        view.at(20).say(4, "live\n");
        assertThat(shown.take()).containsExactly("4:live|");
    }

    @Test
    void anEndedSourceThatSaidNothingMoreTakesNoPlace() {
        view.at(10).say(2, "last\n").at(300);
        assertThat(shown.take()).containsExactly("2:last|");
        view.at(310).end(1, 0).say(2, "still live\n");
        assertThat(shown.take()).containsExactly("2:still live|");
    }

    @Test
    void dumpingShowsWhatIsHeldAndLeavesTheStageWhereItIs() throws Exception {
        view.at(10).say(2, "held\nhalf").dump();
        assertThat(shown.take()).containsExactly("2:held|half~");
        view.at(20).say(1, "live\n");
        assertThat(shown.take()).containsExactly("1:live|");
    }
}
