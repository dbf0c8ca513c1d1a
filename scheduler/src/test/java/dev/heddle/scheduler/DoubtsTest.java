package dev.heddle.scheduler;

import static dev.heddle.scheduler.Farm.SECOND;
import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static dev.heddle.scheduler.TestGraphs.tasks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.RetryPolicy;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that fail task after task: those at fault rest, and nobody else. */
@Timeout(60)
final class DoubtsTest {

    @TempDir
    private Path directory;

    private Farm farm;

    @BeforeEach
    void makeFarm() {
        farm = new Farm(directory);
    }

    @Test
    void aHostWithAFullDiskRestsInsteadOfFailingTheWholeQueue() {
        Farm.Machine alpha = farm.host("alpha jobs=1");
        alpha.tasks = attempt -> Plan.exit(Duration.ofMillis(100), 1);
        farm.host("beta jobs=1");
        BuildResult result = farm.run(tasks(60));
        // The third is built on beta, which lets alpha rest for a minute; then one more may fail there.
        assertThat(result.failures()).hasSizeBetween(2, 3);
        assertThat(farm.told()).contains("alpha down: 3 tasks in a row failed there and none elsewhere");
        assertThat(alpha.ran()).hasSize(result.failures().size() + 1);
    }

    @Test
    void theTaskWhoseFailureMakesAHostDoubtfulIsTriedOnceMoreElsewhereAndNoOtherIs() {
        farm.host("alpha jobs=1").tasks = attempt -> Plan.exit(Duration.ofMillis(100), 1);
        Farm.Machine beta = farm.host("beta jobs=1");
        BuildResult result = farm.run(tasks(4));
        assertThat(result.failures()).hasSize(2);
        assertThat(beta.ran()).hasSize(2);
        assertThat(farm.warnings())
                .anyMatch(
                        text -> text.matches("host alpha rests for 60 s: 't\\d+' failed there, and was built on beta"));
    }

    @Test
    void aTaskIsTriedAgainOnAnotherHostThoughItsOwnIsFreeFirst() {
        Farm.Machine alpha = farm.host("alpha jobs=1");
        alpha.tasks = attempt -> Plan.exit(SECOND, 1);
        Farm.Machine beta = farm.host("beta jobs=1");
        beta.tasks = attempt -> Plan.success(SECOND.multipliedBy(5));
        BuildResult result = farm.run(graphOf(
                task("busy").pinnedTo("beta").priority(2), task("again").retry(new RetryPolicy(2, Duration.ZERO))));
        assertThat(result.succeeded()).isTrue();
        assertThat(alpha.ran()).containsExactly("again");
        assertThat(beta.ran()).containsExactly("busy", "again");
    }

    @Test
    void whatHostADidNotBuildAndHostBDidLetsHostARestForAMinute() {
        Farm.Machine alpha = farm.host("alpha jobs=1");
        alpha.tasks = attempt -> Plan.exit(Duration.ofMillis(100), 1);
        farm.host("beta jobs=1");
        TaskSpec.Builder[] tasks = new TaskSpec.Builder[40];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = task("t" + i).retry(new RetryPolicy(9, SECOND.multipliedBy(5)));
        }
        BuildResult result = farm.run(graphOf(tasks));
        assertThat(result.succeeded()).isTrue();
        assertThat(farm.warnings())
                .anyMatch(text ->
                        text.matches("host alpha rests for 60 s: 't\\d+' failed there, and was" + " built on beta"));
        assertThat(alpha.ran()).hasSizeLessThan(8);
    }

    @Test
    void aHostThatIsAcquittedWhileItIsAskedAgainIsJudgedByItsAnswer() {
        Farm.Machine alpha = farm.host("alpha jobs=1");
        alpha.tasks = attempt -> {
            alpha.thinks = SECOND.multipliedBy(40);
            return Plan.exit(SECOND, 1);
        };
        // It rests from the 3rd second to the 13th and is then asked until the 53rd; before that its last task fails
        // here.
        farm.host("beta jobs=1").tasks = attempt -> attempt.task().name().equals("long")
                ? Plan.success(SECOND.multipliedBy(100))
                : Plan.exit(SECOND.multipliedBy(5), 1);
        TaskSpec.Builder[] tasks = new TaskSpec.Builder[5];
        tasks[4] = task("long").pinnedTo("beta");
        for (int i = 0; i < 4; i++) {
            tasks[i] = task("t" + i).retry(new RetryPolicy(3, SECOND.multipliedBy(4)));
        }
        BuildResult result = farm.run(graphOf(tasks));
        assertThat(result.failures()).hasSize(4);
        assertThat(farm.told())
                .startsWith(
                        "alpha up 1",
                        "beta up 1",
                        "alpha down: 3 tasks in a row failed there and none elsewhere",
                        "alpha up 1");
    }

    @Test
    void oneBadTaskCostsNoHostAnythingHoweverOftenItIsTried() {
        farm.host("alpha jobs=1").tasks =
                attempt -> attempt.task().name().equals("bad") ? Plan.exit(SECOND, 1) : Plan.success(SECOND);
        farm.host("beta jobs=1").tasks =
                attempt -> attempt.task().name().equals("bad") ? Plan.exit(SECOND, 1) : Plan.success(SECOND);
        farm.run(graphOf(task("bad").retry(new RetryPolicy(30, Duration.ZERO)), task("good")));
        assertThat(farm.told()).containsExactly("alpha up 1", "beta up 1");
    }

    @Test
    void aBrokenTreeThatFailsEverywhereLetsNoHostRestForLong() {
        farm.host("alpha jobs=1").tasks = attempt -> Plan.exit(SECOND, 1);
        farm.host("beta jobs=1").tasks = attempt -> Plan.exit(SECOND, 1);
        BuildResult result = farm.run(tasks(40));
        assertThat(result.failures()).hasSize(40);
        assertThat(farm.told()).containsExactly("alpha up 1", "beta up 1");
    }
}
