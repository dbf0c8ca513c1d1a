package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Views of a recording by the packaged launcher, while the build runs and afterwards. */
class LogViewsIT {

    private static final int CLIENTS = 20;

    @TempDir
    Path directory;

    private Run shell(String line) throws IOException, InterruptedException {
        String heddle = Programs.samples().resolve("heddle").toString();
        return Programs.run(directory, List.of("sh", "-c", "heddle='" + heddle + "'\n" + line));
    }

    /**
     * A tool writes to standard output what it also writes to a file, begins when told to, and is long enough to fill the buffer of
     * a socket. The twenty clients are of one kind, told apart by their places; one of them is stopped.
     */
    private static final String TOOL = """
            i=$1
            echo ready | tee said.$i
            while [ ! -e go ]; do sleep 0.05; done
            n=0
            while [ $n -lt 40 ]; do
              n=$((n + 1))
              { echo "tool $i says $n"; head -c 20000 /dev/zero | tr '\\0' "$i"; printf '\\303\\n\\033[3%dm' "$i"; } | tee -a said.$i
            done
            """;

    @Test
    void aBuildIsFollowedAndAttachedToByTwentyAndKeepsEveryByteWhileOneIsStopped() throws Exception {
        Files.writeString(directory.resolve("tool"), TOOL);
        String attach =
                "HEDDLE_JAVA_OPTS='-Xmx48m -XX:TieredStopAtLevel=1' $heddle log attach --from-start --strategy=line sock";
        Run run = shell("""
                $heddle mux --record r.hlog --attach-socket sock -- 'sh tool 1' ::: 'sh tool 2' ::: 'sh tool 3' >build.out 2>&1 &
                build=$!
                $heddle log follow --wait --strategy=line r.hlog >followed 2>&1 &
                follow=$!
                while [ ! -S sock ]; do sleep 0.05; done
                n=0
                clients=
                while [ $n -lt %d ]; do
                  n=$((n + 1))
                  %s >attached.$n 2>&1 &
                  clients="$clients $!"
                done
                stopped=$!
                while [ "$(grep -l ready attached.* 2>/dev/null | wc -l)" -lt %d ]; do sleep 0.1; done
                kill -STOP $stopped
                touch go
                wait $build || echo "build failed: $?"
                wait $follow || echo "follow failed: $?"
                grep -q '^State:.T ' /proc/$stopped/status || echo "the client that was to be stopped is not"
                tr '\\0' ' ' </proc/$stopped/cmdline | grep -q 'log attach' || echo "what was stopped is no client"
                ! grep -q 'tool . says 40' attached.%d || echo "the client that was stopped went on"
                kill -CONT $stopped
                for client in $clients; do
                  wait $client || [ $client = $stopped ] || echo "client failed: $?"
                done
                """.formatted(CLIENTS, attach, CLIENTS, CLIENTS));
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).isEmpty();
        for (int i = 1; i <= 3; i++) {
            Run same = shell("$heddle log cat r.hlog 'sh tool " + i + "' | cmp - said." + i);
            assertThat(same.exitCode()).as(same.output()).isZero();
        }
        assertThat(saidBy("followed")).as("the follower").isEqualTo(3 * 40);
        // The last one was stopped, and may have been left behind.
        for (int n = 1; n < CLIENTS; n++) {
            assertThat(saidBy("attached." + n)).as("client " + n).isEqualTo(3 * 40);
        }
        assertThat(directory.resolve("sock")).doesNotExist();
    }

    @Test
    void followingABuildThatIsKilledEndsWithOneAndTheReason() throws Exception {
        Run run = shell("""
                $heddle mux --record r.hlog -- 'echo begun; exec sleep 1000' >build.out 2>&1 &
                build=$!
                $heddle log follow --wait --strategy=line r.hlog >followed 2>&1 &
                follow=$!
                while ! grep -q begun followed; do sleep 0.05; done
                kill -KILL $build
                wait $follow
                """);
        assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
        assertThat(Files.readString(directory.resolve("followed"))).contains("begun", "the recording was cut off");
    }

    @Test
    void socketThatCannotBeServedLeavesTheEarlierRecording() throws Exception {
        record();
        byte[] recorded = Files.readAllBytes(directory.resolve("r.hlog"));
        Run run = shell("exec $heddle run --record r.hlog --attach-socket missing/s graph.json");
        assertThat(run.exitCode()).as(run.output()).isEqualTo(2);
        assertThat(Files.readAllBytes(directory.resolve("r.hlog"))).isEqualTo(recorded);
    }

    private int saidBy(String view) throws IOException {
        String shown = Files.readString(directory.resolve(view), StandardCharsets.ISO_8859_1);
        return shown.split("tool [123] says \\d+\n", -1).length - 1;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "log search needle r.hlog | 0 | two:2:a needle\n",
                "log search nothing r.hlog | 1 | ''",
                "log search -c -i NEEDLE r.hlog | 0 | 2\n",
                "log search --task 'o*' needle r.hlog | 0 | one:1:needle in one\n",
                "log search --channel=stderr needle r.hlog | 1 | ''",
                "log search --component=tw* needle r.hlog | 0 | two:2:a needle\n",
                "log search --component=o* needle r.hlog | 1 | ''",
                "log search --failed needle r.hlog | 0 | two:2:a needle\n",
                "log search --failed --task one needle r.hlog | 1 | ''",
                "log search --json --task two needle r.hlog | 0 | {\"task\":\"two\",\"component\":\"twins\",\"channel\":\"stdout\",\"line\":2,\"text\":\"a needle\"}\n",
            })
    void searchIsLikeGrep(String words, int exitCode, String expected) throws Exception {
        record();
        Run run = shell("exec $heddle " + words);
        assertThat(run.exitCode()).as(run.output()).isEqualTo(exitCode);
        assertThat(run.output()).contains(expected.replace("\\n", "\n"));
    }

    @Test
    void whatIsWrongEndsWithTwoAndTheReason() throws Exception {
        record();
        for (String words : List.of(
                "log search '(' r.hlog",
                "log search x missing.hlog",
                "log follow missing.hlog",
                "log attach missing.sock",
                "log attach r.hlog",
                "log replay --speed 0 r.hlog",
                "log export --format=tar r.hlog",
                "log export --format=text -o missing/x r.hlog",
                "mux --attach-socket r.hlog -- true",
                "mux --attach-socket missing/s -- true")) {
            Run run = shell("exec $heddle " + words);
            assertThat(run.exitCode()).as(words + ": " + run.output()).isEqualTo(2);
            assertThat(run.output()).startsWith("heddle: ").doesNotContain("unexpected", "\tat ");
        }
    }

    @Test
    void exportsAreWhatTheyAreCalledAndAReplayTakesItsTime() throws Exception {
        record();
        assertThat(shell("$heddle log export --format=text r.hlog").output()).contains("needle in one", "a needle");
        assertThat(shell("$heddle log export --format=json r.hlog | grep -c '\"kind\":\"output\"'")
                        .output())
                .isEqualTo("3\n");
        assertThat(shell("$heddle log export --format=asciicast r.hlog | head -n 1")
                        .output())
                .startsWith("{\"version\": 2, ");
        Run decoded = shell("$heddle log export --format=guix r.hlog | $heddle mux --strategy=task --decode=guix");
        assertThat(decoded.exitCode()).as(decoded.output()).isEqualTo(1);
        assertThat(decoded.output()).contains("needle in one", "1 built, 1 failed");
        Run paced = shell("$heddle log replay --speed 100 r.hlog");
        assertThat(paced.exitCode()).isZero();
        assertThat(paced.output()).contains("needle in one", "a needle");
        for (String only : List.of("--task two", "--component 'tw*'", "--task two --channel=stdout")) {
            Run followed = shell("$heddle log follow " + only + " --strategy=line r.hlog");
            assertThat(followed.exitCode()).isZero();
            assertThat(followed.output()).contains("a needle").doesNotContain("needle in one");
        }
        Run nothing = shell("$heddle log follow --channel=stderr r.hlog");
        assertThat(nothing.exitCode()).isZero();
        assertThat(nothing.output()).doesNotContain("needle");
    }

    private void record() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("graph.json"), """
                {"heddleGraph": 1, "tasks": [
                  {"name": "one", "steps": [{"name": "run", "command": {"shell": "echo needle in one"}}]},
                  {"name": "two", "component": "twins",
                   "steps": [{"name": "run", "command": {"shell": "echo hay; echo a needle; exit 3"}}]}]}
                """);
        Run run = shell("$heddle run --record r.hlog graph.json");
        assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
    }
}
