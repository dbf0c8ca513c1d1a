package dev.heddle.logmux.console;

import static dev.heddle.logmux.console.ModelFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.event.BuildEvent;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How long a build is going to take. */
class TimeLeftTest {

    private final TimeLeft time = new TimeLeft(Map.of("a", 10 * SECOND, "b", 20 * SECOND, "c", 30 * SECOND));

    @Test
    void whatIsLeftTakesAsLongAsWhatWasDoneTook() {
        time.began("a", 100 * SECOND);
        assertThat(time.at(105 * SECOND, 3, 5 * SECOND)).isEqualTo(55 * SECOND);
        time.did("a");
        // Twice as fast as before.
        assertThat(time.at(105 * SECOND, 2, 0)).isEqualTo(25 * SECOND);
        time.did("b");
        time.did("c");
        assertThat(time.at(130 * SECOND, 0, 0)).isEqualTo(TimeLeft.UNKNOWN);
    }

    @Test
    void tasksThatNeededNoWorkAreNeitherDoneNorLeft() {
        assertThat(time.finished("c")).isEqualTo(30 * SECOND);
        time.began("a", 0);
        time.did("a");
        assertThat(time.at(10 * SECOND, 1, 0)).isEqualTo(20 * SECOND);
    }

    @Test
    void nothingIsMadeUp() {
        assertThat(time.at(5 * SECOND, 3, 0)).as("nothing ran").isEqualTo(TimeLeft.UNKNOWN);
        time.began("a", 0);
        assertThat(time.at(SECOND / 2, 3, SECOND / 2)).as("too early").isEqualTo(TimeLeft.UNKNOWN);
        assertThat(time.at(5 * SECOND, 4, 5 * SECOND))
                .as("a task that is not known")
                .isEqualTo(TimeLeft.UNKNOWN);
        assertThat(time.at(5 * SECOND, 3, 5 * SECOND)).isPositive();
        time.began("stranger", SECOND);
        assertThat(time.at(5 * SECOND, 3, 5 * SECOND))
                .as("other tasks than then")
                .isEqualTo(TimeLeft.UNKNOWN);
        TimeLeft nothing = new TimeLeft(Map.of());
        nothing.began("a", 0);
        assertThat(nothing.at(100 * SECOND, 3, 0)).isEqualTo(TimeLeft.UNKNOWN);
    }

    @Test
    void aBuildOfWhichAnEarlierOneTellsShowsItInTheRegion() {
        Map<String, Long> earlier = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            earlier.put("t" + i, 10 * SECOND);
        }
        ModelFixture build = new ModelFixture(new ConsoleModel.Earlier(task -> 0, earlier)).time(0);
        build.event(new BuildEvent.BuildStarted(build.stamp(), 10, 0));
        build.start(1, "t0").start(2, "t1");
        assertThat(head(build, 0)).contains("left: unknown");
        assertThat(head(build, 5 * SECOND)).contains("left: ~0:45");
        assertThat(head(new ModelFixture().time(0).start(1, "t0"), 5 * SECOND)).doesNotContain("left");
    }

    private static String head(ModelFixture build, long nanos) {
        Status status = build.model.at(nanos, 3);
        return Region.lines(status, new Terminal.Size(24, 100), false).get(0).text();
    }
}
