package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Locks and stop files as a person at the launcher meets them. */
@Timeout(120)
class LocksInLauncherTest extends LauncherFixture {

    private String graph(String shell) throws IOException {
        Path graph = directory.resolve("graph.json");
        Files.writeString(
                graph,
                "{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"devel/make\", \"steps\": [{\"name\": \"build\", \"command\":"
                        + " {\"shell\": \"" + shell + "\"}}]}]}");
        return graph.toString();
    }

    @Test
    void aFailedTaskIsHeldByItsLockUntilSomeoneRemovesIt() throws IOException {
        Path locks = directory.resolve("locks");
        String marker = directory.resolve("fixed").toString();
        String[] run = {"run", "--no-record", "--locks", locks.toString(), graph("test -e '" + marker + "'")};
        assertThat(heddle(run)).isEqualTo(1);
        assertThat(Files.readString(locks.resolve("devel.make")))
                .startsWith("fullpkgpath=devel/make\nhost=")
                .contains("\nstatus=256\ntodo=<nothing>\n", "\nstep=build\n");
        Files.createFile(Path.of(marker));
        words.reset();
        assertThat(heddle(run)).isEqualTo(1);
        assertThat(words.toString(StandardCharsets.UTF_8))
                .contains("locked by a failure", "remove " + locks.resolve("devel.make"));
        Files.delete(locks.resolve("devel.make"));
        assertThat(heddle(run)).isZero();
        assertThat(locks.resolve("devel.make")).doesNotExist();
    }

    @Test
    void aStopFileThatIsThereKeepsEverythingFromStarting() throws IOException {
        Path stop = Files.createFile(directory.resolve("stop"));
        Path touched = directory.resolve("touched");
        assertThat(heddle("run", "--no-record", "--stop-file", stop.toString(), graph("touch '" + touched + "'")))
                .isEqualTo(1);
        assertThat(touched).doesNotExist();
        String exists = "the file " + stop + " exists";
        assertThat(words.toString(StandardCharsets.UTF_8)).contains("; stopped: " + exists);
    }

    @Test
    void aJobThatNeitherPrintsNorComputesIsEndedAndOneThatComputesIsNot() throws IOException {
        String busy = "i=0; end=$(($(date +%s) + 12)); while [ $(date +%s) -lt $end ]; do i=$((i+1)); done";
        String[] run = {"run", "--no-record", "--stuck", "4", "--stop-on-stall"};
        assertThat(heddle(run[0], run[1], run[2], run[3], run[4], graph("sleep 600")))
                .isEqualTo(1);
        assertThat(words.toString(StandardCharsets.UTF_8)).contains("did nothing for 4 s and was ended");
        words.reset();
        assertThat(heddle(run[0], run[1], run[2], run[3], run[4], graph(busy)))
                .as(words.toString(StandardCharsets.UTF_8))
                .isZero();
    }

    @Test
    void whoeverMendsTheGraphAndRemovesTheLockHasTheMendedTaskBuilt() throws IOException {
        Path locks = directory.resolve("locks");
        Path made = directory.resolve("made");
        Path graph = directory.resolve("two.json");
        Path mended = directory.resolve("mended.json");
        String slow = "{\"name\": \"slow\", \"steps\": [{\"name\": \"run\", \"command\": {\"shell\": \""
                + "until test -e '" + locks.resolve("broken") + "'; do sleep 0.1; done;"
                + " until grep -q status '" + locks.resolve("broken") + "'; do sleep 0.1; done;"
                + " mv '" + mended + "' '" + graph + "'; rm '" + locks.resolve("broken") + "'\"}}]}";
        Files.writeString(graph, twoTasks("false", slow));
        Files.writeString(mended, twoTasks("touch '" + made + "'", slow));
        Path events = directory.resolve("events");
        String[] run = {"run", "--no-record", "-j", "2", "--events", events.toString(), "--locks", locks.toString()};
        assertThat(heddle(with(run, graph.toString())))
                .as(words.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(made).exists();
        assertThat(Files.readString(events))
                .contains("the definition of task 'broken' was read again: it is another one");
    }

    @Test
    void aMendedGraphThatIsNoneIsToldWithItsPlaceAndNotUsed() throws IOException {
        Path locks = directory.resolve("locks");
        Path graph = directory.resolve("two.json");
        String slow = "{\"name\": \"slow\", \"steps\": [{\"name\": \"run\", \"command\": {\"shell\": \""
                + "until grep -qs status '" + locks.resolve("broken") + "'; do sleep 0.1; done;"
                + " echo '{ \\\"heddleGraph\\\": 1,' > '" + graph + "'; rm '" + locks.resolve("broken") + "'\"}}]}";
        Files.writeString(graph, twoTasks("false", slow));
        Path events = directory.resolve("events");
        String[] run = {"run", "--no-record", "-j", "2", "--events", events.toString(), "--locks", locks.toString()};
        assertThat(heddle(with(run, graph.toString())))
                .as(words.toString(StandardCharsets.UTF_8))
                .isEqualTo(1);
        assertThat(Files.readString(events))
                .contains("the definition of task 'broken' was read again and is not used: " + graph + ":")
                .contains("; it is built as it was defined before")
                .doesNotContain("Exception");
    }

    private static String[] with(String[] arguments, String last) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = last;
        return all;
    }

    private static String twoTasks(String shell, String other) {
        return "{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"broken\", \"steps\": [{\"name\": \"build\", \"command\":"
                + " {\"shell\": \"" + shell + "\"}}]}, " + other + "]}";
    }

    @Test
    void ninjaTakesTheSameLocks() throws IOException {
        Path locks = directory.resolve("locks");
        Path marker = directory.resolve("fixed");
        Files.writeString(
                directory.resolve("build.ninja"),
                "rule make\n  command = ls '" + locks + "' > seen; test -e '" + marker + "' && touch $out\n"
                        + "build out/a: make\n");
        String[] ninja = {"ninja", "-C", directory.toString(), "--locks", locks.toString()};
        assertThat(heddle(ninja)).as(err.toString()).isEqualTo(1);
        assertThat(Files.readString(directory.resolve("seen"))).isEqualTo("out.a\n");
        assertThat(Files.readString(locks.resolve("out.a")))
                .startsWith("fullpkgpath=out/a\n")
                .contains("\nstatus=256\n");
        Files.createFile(marker);
        Files.delete(directory.resolve("seen"));
        assertThat(heddle(ninja)).isEqualTo(1);
        assertThat(directory.resolve("seen")).as("what is locked is not run").doesNotExist();
        assertThat(heddle("ninja", "-n", "-C", directory.toString(), "--locks", locks.toString()))
                .as("a dry run locks nothing")
                .isZero();
        Files.delete(locks.resolve("out.a"));
        assertThat(heddle(ninja)).isZero();
        assertThat(locks.resolve("out.a")).doesNotExist();
    }

    @Test
    void wrongInputIsRefusedBeforeAnythingStarts() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        refused("--locks: " + file + " cannot be used: ", "run", "--locks", file.toString(), "-");
        refused("--locks: the name of the directory is empty", "run", "--locks", "", "-");
        refused("--stop-file: the name of the file is empty", "run", "--stop-file", "", "-");
        refused("--stuck: needs a number of at least 1: 0", "run", "--stuck", "0", "-");
        refused("--stop-on-stall: needs --stuck SECONDS", "run", "--stop-on-stall", "-");
        refused("--clear-stale-locks: needs --locks DIR", "run", "--clear-stale-locks", "-");
        refused("--locks: " + file + " cannot be used: ", "ninja", "--locks", file.toString());
        refused("--clear-stale-locks: needs --locks DIR", "ninja", "--clear-stale-locks");
        refused("--stuck: needs a number of at least 1: 0", "ninja", "--stuck", "0");
    }

    private void refused(String told, String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(heddle(arguments)).as(err.toString()).isEqualTo(2);
        assertThat(err.toString()).contains(told).doesNotContain("Exception", "\tat ");
    }
}
