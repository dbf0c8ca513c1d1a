package dev.heddle.scheduler;

import static dev.heddle.scheduler.Farm.SECOND;
import static dev.heddle.scheduler.TestGraphs.graphOf;
import static dev.heddle.scheduler.TestGraphs.task;
import static dev.heddle.scheduler.TestGraphs.tasks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Outcome;
import dev.heddle.core.Resources;
import dev.heddle.core.Work;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostJob;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.host.RunningStep;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.host.StepObserver;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What hosts have to show before they get work, and what becomes of those that cannot, or no longer. */
@Timeout(60)
final class HostHealthTest {

    @TempDir
    private Path directory;

    private Farm farm;

    @BeforeEach
    void makeFarm() {
        farm = new Farm(directory);
    }

    @Test
    void aHostWithoutJobsHasASlotForEachProcessorThatItReports() {
        Farm.Machine alpha = farm.host("alpha").tells("processors", "3");
        Farm.Machine beta = farm.host("beta jobs=2");
        BuildResult result = farm.run(tasks(5));
        assertThat(result.succeeded()).isTrue();
        assertThat(farm.told()).containsExactly("alpha up 3", "beta up 2");
        assertThat(alpha.ran()).hasSize(3);
        assertThat(beta.ran()).hasSize(2);
        assertThat(result.elapsed()).isLessThan(SECOND.multipliedBy(2));
    }

    @Test
    void theStartUpProgramEndsBeforeAHostGetsWork() {
        farm.line("STARTUP=/bin/mount-all");
        Farm.Machine alpha = farm.host("alpha jobs=1");
        alpha.startup = Plan.success(SECOND.multipliedBy(7)).printing("mounted\n");
        farm.run(tasks(1));
        assertThat(farm.when(BuildEvent.JobStarted.class, 0)).isGreaterThan(SECOND.multipliedBy(7));
        assertThat(alpha.backends.get(0).startedTasks()).containsExactly("heddle:hello", "heddle:startup", "t0");
        assertThat(directory.resolve("logs/init.alpha.log")).hasContent("mounted\n");
    }

    @Test
    void aHostWhoseStartUpProgramFailsIsRefusedWithItsLastLineAndTriedAgain() {
        farm.line("STARTUP=/bin/mount-all");
        Farm.Machine alpha = farm.host("alpha jobs=1");
        Farm.Machine beta = farm.host("beta jobs=1");
        beta.startup = Plan.exit(SECOND, 3).printing("first\nno \u001bserver\n");
        alpha.tasks = attempt -> {
            beta.startup = Plan.success(SECOND);
            return Plan.success(SECOND.multipliedBy(5));
        };
        farm.run(tasks(3));
        assertThat(farm.told())
                .containsExactly(
                        "beta refused: the start-up program /bin/mount-all ended with exit code 3: no ?server",
                        "alpha up 1",
                        "beta up 1");
        assertThat(beta.ran()).isNotEmpty();
        assertThat(directory.resolve("logs/init.beta.log")).isEmptyFile();
    }

    @Test
    void aHostThatDoesNotAnswerInItsTimeIsDownAndTheOthersBuild() {
        Farm.Machine alpha = farm.host("alpha jobs=1");
        Farm.Machine beta = farm.host("beta jobs=1 timeout=7").dead();
        BuildResult result = farm.run(tasks(20));
        assertThat(result.succeeded()).isTrue();
        assertThat(alpha.ran()).hasSize(20);
        assertThat(farm.told()).containsExactly("alpha up 1", "beta down: no answer within 7 s");
        // The first vote waits three seconds for those who may still answer, and no longer.
        assertThat(farm.when(BuildEvent.JobStarted.class, 0)).isBetween(SECOND.multipliedBy(3), SECOND.multipliedBy(4));
        assertThat(beta.probes()).isGreaterThan(1);
    }

    @Test
    void aHostThatIsDownIsAskedAgainAfterPausesThatGrowUpToAMinute() {
        farm.host("alpha jobs=1").tasks = attempt -> Plan.success(Duration.ofHours(1));
        Farm.Machine beta = farm.host("beta jobs=1 timeout=1").dead();
        farm.run(tasks(1));
        // 1 + 2 + 4 + ... + 32 s and then each minute, with a second and the grace for each question.
        assertThat(beta.probes()).isBetween(55L, 66L);
    }

    @Test
    void aBuildWhoseHostsAreAllDownEndsWhenPatienceIsOver() {
        farm.host("alpha timeout=5").dead();
        farm.host("beta timeout=5").tells("arch", "sparc64");
        BuildResult result;
        try (Scheduler scheduler =
                farm.scheduler().hostPatience(Duration.ofMinutes(2)).build()) {
            result = scheduler.run(tasks(1));
        }
        assertThat(result.succeeded()).isFalse();
        assertThat(result.stopped())
                .contains(
                        "nothing can run: 't0' is ready and waits for a host; alpha is down for now: no answer within 5 s");
        assertThat(result.elapsed()).isBetween(Duration.ofSeconds(120), Duration.ofSeconds(130));
    }

    @Test
    void aHostThatComesBackInTimeSavesTheBuild() {
        Farm.Machine alpha = farm.host("alpha jobs=1 timeout=5").dead();
        farm.ticker.in(
                Duration.ofSeconds(100), () -> alpha.tells("arch", "amd64").tells("system", "Linux"));
        BuildResult result = farm.run(tasks(1));
        assertThat(result.succeeded()).isTrue();
        assertThat(farm.told()).containsExactly("alpha down: no answer within 5 s", "alpha up 1");
    }

    @Test
    void theDeclaredArchitectureIsVerifiedUnderAnyOfItsNames() {
        farm.host("alpha jobs=1 arch=amd64").tells("arch", "x86_64");
        farm.host("beta jobs=1 arch=i386").tells("arch", "i686");
        farm.host("gamma jobs=1 arch=i386").tells("arch", "x86_64");
        farm.host("delta jobs=1").tells("arch", "aarch64");
        farm.run(graphOf(
                task("x"), task("y").hostProperty("arch", "i386"), task("z").hostProperty("arch", "amd64")));
        assertThat(farm.told())
                .containsExactlyInAnyOrder(
                        "alpha up 1",
                        "beta up 1",
                        "gamma refused: its architecture is 'amd64', not 'i386'; correct arch=",
                        "delta refused: its architecture is 'arm64', not 'amd64' as this machine's; write arch=arm64");
        assertThat(farm.machine("beta").ran()).contains("y");
        assertThat(farm.machine("alpha").ran()).contains("z");
    }

    @Test
    void whatMostHostsTellIsTheReferenceAndTheOthersAreRefusedWithADiff() throws IOException {
        farm.check = farm.check.tool("cc", "cc --version").libraries("/usr/lib");
        farm.host("alpha jobs=1").versions("fact tool.cc cc 13\nlibrary libz 1.3\nlibrary libm 9\n");
        farm.host("beta jobs=1").versions("fact tool.cc cc 12\nlibrary libz 1.2\nlibrary libz 1.10\n");
        farm.host("gamma jobs=1").versions("fact tool.cc cc 12\nlibrary libz 1.10\n");
        farm.run(tasks(3));
        assertThat(farm.told())
                .containsExactlyInAnyOrder(
                        "beta up 1",
                        "gamma up 1",
                        "alpha refused: it differs from beta, gamma in lib.libm: here '9', there missing, and in 2 more");
        assertThat(Files.readString(directory.resolve("logs/signature.log")))
                .matches("\\d+ alpha differs from beta, gamma\n"
                        + " {4}lib.libm: here '9', there missing\n"
                        + " {4}lib.libz: here '1.3', there '1.10'\n"
                        + " {4}tool.cc: here 'cc 13', there 'cc 12'\n");
        assertThat(farm.machine("alpha").ran()).isEmpty();
    }

    @Test
    void whatIsDeclaredCountsMoreThanWhatMostHostsTell() {
        farm.check = farm.check.tool("cc", "cc --version").reference(Map.of("tool.cc", "cc 13"));
        farm.host("alpha jobs=1").versions("fact tool.cc cc 12\n");
        farm.host("beta jobs=1").versions("fact tool.cc cc 12\n");
        farm.host("gamma jobs=1").versions("fact tool.cc cc 13\n");
        farm.run(tasks(1));
        assertThat(farm.told())
                .containsExactlyInAnyOrder(
                        "alpha refused: it differs from what was declared in tool.cc: here 'cc 12', there 'cc 13'",
                        "beta refused: it differs from what was declared in tool.cc: here 'cc 12', there 'cc 13'",
                        "gamma up 1");
    }

    @Test
    void aRefusedHostThatWasMendedIsTakenInWithoutANewBuild() {
        farm.check = farm.check.tool("cc", "cc --version");
        farm.host("alpha jobs=1").versions("fact tool.cc cc 12\n").tasks =
                attempt -> Plan.success(SECOND.multipliedBy(30));
        farm.host("beta jobs=1").versions("fact tool.cc cc 12\n").tasks =
                attempt -> Plan.success(SECOND.multipliedBy(30));
        Farm.Machine gamma = farm.host("gamma jobs=1").versions("fact tool.cc cc 11\n");
        farm.ticker.in(Duration.ofSeconds(20), () -> gamma.versions("fact tool.cc cc 12\n"));
        farm.run(tasks(6));
        assertThat(farm.told()).last().isEqualTo("gamma up 1");
        assertThat(gamma.ran()).hasSize(2);
    }

    @Test
    void aHostIsNotAskedAgainWhileItsAnswerWaitsForTheOthers() {
        farm.host("alpha jobs=1 timeout=60").dead();
        farm.host("gamma jobs=1 timeout=60").dead();
        Farm.Machine beta = farm.host("beta jobs=1").tells("arch", "arm64");
        beta.tasks = attempt -> Plan.success(SECOND.multipliedBy(30));
        farm.ticker.in(Duration.ofMillis(500), () -> {
            beta.tells("arch", "amd64");
            beta.thinks = SECOND.multipliedBy(5);
        });
        // Refused at once, asked from the 1st second to the 6th, and told by the changed file to be asked anew
        // meanwhile.
        farm.ticker.in(
                Duration.ofSeconds(3),
                () -> farm.write(
                        List.of("# changed", "alpha jobs=1 timeout=60", "gamma jobs=1 timeout=60", "beta jobs=1")));
        BuildResult result = farm.run(tasks(1));
        assertThat(result.succeeded()).isTrue();
        assertThat(farm.told()).element(1).isEqualTo("beta up 1");
        assertThat(farm.when(BuildEvent.HostUp.class, 0)).isBetween(SECOND.multipliedBy(9), SECOND.multipliedBy(10));
        assertThat(beta.probes()).isEqualTo(2);
    }

    @Test
    void anAnswerThatIsNoneRefusesTheHost() {
        farm.host("alpha jobs=1");
        farm.host("beta jobs=1").tells("motd", "x\nwelcome to beta");
        farm.run(tasks(1));
        assertThat(farm.told()).contains("beta refused: line 7 of the answer is no fact: 'welcome to beta'");
    }

    @Test
    void limitsThatAreTooSmallForTheSlotsAreNamed() {
        farm.host("alpha jobs=8").tells("processes", "90").tells("files", "128").tells("user", "1000");
        farm.host("beta jobs=8").tells("processes", "90").tells("user", "0");
        farm.run(tasks(1));
        assertThat(farm.warnings())
                .containsExactly(
                        "host alpha: its limit of 90 processes is too small for 8 slots, which need about 96; its limit of 128"
                                + " open files is too small; jobs need about 256; raise it there (ulimit, limits.conf,"
                                + " login.conf) or give it fewer jobs");
    }

    @Test
    void theLimitsOfAHostThatNeedNotShowAnythingAreNamedAsWell() {
        FakeHost fake = FakeHost.succeeding(8, farm.ticker);
        HostBackend limited = new HostBackend() {
            @Override
            public HostSpec spec() {
                return fake.spec();
            }

            @Override
            public RunningStep start(HostJob job, Work work, StepObserver observer) {
                return fake.start(job, work, observer);
            }

            @Override
            public Map<String, String> facts() {
                return Map.of("processes", "50", "files", "unlimited");
            }

            @Override
            public void close() {
                fake.close();
            }
        };
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(limited))
                .ticker(farm.ticker)
                .clock(farm.ticker)
                .listener(farm.listener)
                .build()) {
            assertThat(scheduler.run(tasks(2)).succeeded()).isTrue();
        }
        assertThat(farm.warnings())
                .containsExactly(
                        "host fake: its limit of 50 processes is too small for 8 slots, which need about 96; raise"
                                + " it there (ulimit, limits.conf, login.conf) or give it fewer jobs");
    }

    @Test
    void aHostThatLosesJobsIsAskedBeforeItGetsFurtherOnes() {
        Farm.Machine alpha = farm.host("alpha jobs=1");
        int[] runs = {0};
        alpha.tasks = attempt -> {
            if (runs[0]++ > 0) {
                return Plan.success(SECOND);
            }
            alpha.dead();
            farm.ticker.in(
                    Duration.ofSeconds(90), () -> alpha.tells("arch", "amd64").tells("system", "Linux"));
            return Plan.ends(SECOND, new StepEnd.Lost("the line is cut"));
        };
        BuildResult result = farm.run(tasks(2));
        assertThat(result.succeeded()).isTrue();
        assertThat(farm.told())
                .containsExactly(
                        "alpha up 1", "alpha down: the line is cut", "alpha down: no answer within 60 s", "alpha up 1");
    }

    @Test
    void aMachineThatChangesWhileAJobHasAllItsSlotsIsCountedAsItWas() {
        Farm.Machine alpha = farm.host("alpha").tells("processors", "2");
        int[] lost = {0};
        alpha.tasks = attempt -> {
            if (attempt.task().name().equals("whole")) {
                return Plan.success(SECOND.multipliedBy(30));
            }
            alpha.tells("processors", "4");
            return lost[0]++ == 0 ? Plan.ends(SECOND, new StepEnd.Lost("hotplug")) : Plan.success(SECOND);
        };
        BuildResult result = farm.run(
                graphOf(task("whole").slots(Resources.ALL), task("unslotted").slots(0), task("last", "whole")));
        assertThat(result.succeeded()).isTrue();
        assertThat(farm.told()).containsExactly("alpha up 2", "alpha down: hotplug", "alpha up 2");
    }

    @Test
    void aTaskThatNoHostOffersTheSlotsForFailsOnceTheHostsHaveToldTheirs() {
        farm.host("alpha").tells("processors", "2");
        BuildResult result = farm.run(graphOf(task("big").slots(3), task("small")));
        assertThat(result.outcome("big"))
                .get()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.toString()).contains("no host can ever run it: it needs 3 slots"));
        assertThat(result.outcome("small")).get().isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void hostsAreReportedOnceEachIsKnown() throws Exception {
        farm.host("alpha").tells("processors", "6");
        farm.host("beta jobs=1 timeout=5").dead();
        List<HostReport> reports;
        try (Scheduler scheduler = farm.scheduler().build()) {
            reports = scheduler.checkHosts();
        }
        assertThat(reports).extracting(HostReport::status).containsExactly(HostStatus.UP, HostStatus.DOWN);
        assertThat(reports).extracting(HostReport::slots).containsExactly(6, 1);
        assertThat(reports.get(0).facts()).containsEntry("system", "Linux");
        assertThat(reports.get(1).why()).isEqualTo("no answer within 5 s");
        assertThat(farm.machine("alpha").backends).allMatch(backend -> backend.isClosed());
    }

    @Test
    void aDrainedHostThatIsDownIsToldOnce() throws Exception {
        farm.host("alpha jobs=1").tasks = attempt -> Plan.success(Duration.ofMinutes(10));
        farm.host("beta jobs=1 timeout=3").dead();
        try (Scheduler scheduler = farm.scheduler().build()) {
            BuildHandle handle = scheduler.start(tasks(1));
            handle.drain("beta", "lunch");
            handle.await();
        }
        assertThat(farm.told()).containsOnlyOnce("beta down: no answer within 3 s");
    }
}
