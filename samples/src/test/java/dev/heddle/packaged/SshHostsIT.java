package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The packaged launcher with two hosts that it reaches by real ssh, network namespaces of this machine that share its files.
 * The tasks themselves prove that none of them ever runs twice at once: each makes a directory while it runs.
 */
@Tag("peer")
@Timeout(300)
class SshHostsIT {

    private static final int TASKS = 60;

    /** The first task that comes to the second host hangs; the link to it is then cut. */
    private static final String TASK = """
            #!/bin/sh
            out=$1
            if ! mkdir "lock.$out" 2>/dev/null && kill -0 "$(cat "lock.$out/pid")" 2>/dev/null; then
                echo "$out on $SSH_CONNECTION" >>twice
            fi
            echo $$ >"lock.$out/pid"
            echo $$ >>pids
            set -- $SSH_CONNECTION
            echo "$out $3" >>ran
            sleep 0.2
            if [ "$3" = "$(cat second)" ] && mkdir stuck 2>/dev/null; then
                : >hangs
                sleep 1000
            fi
            echo "made" >"$out"
            rm -r "lock.$out"
            """;

    @TempDir
    Path directory;

    private Path network;
    private boolean up;

    @BeforeEach
    void bringUp() throws IOException, InterruptedException {
        boolean able = "root".equals(System.getProperty("user.name"))
                && Files.isExecutable(Path.of("/usr/sbin/sshd"))
                && Stream.of("/usr/sbin/ip", "/sbin/ip").map(Path::of).anyMatch(Files::isExecutable);
        assumeTrue(able, "machines in network namespaces need root, sshd and ip");
        network = directory.resolve("net");
        ssh("up", "2");
        up = true;
        Path task = Files.writeString(directory.resolve("task"), TASK);
        Files.setPosixFilePermissions(task, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                directory.resolve("hosts"),
                hostsOfThePage().replace("/etc/heddle/ssh_config", network + "/ssh_config"));
        Files.writeString(directory.resolve("second"), address(2));
        Files.writeString(
                directory.resolve("build.ninja"),
                "rule t\n  command = ./task $out\n"
                        + names().map(name -> "build " + name + ": t\n").collect(Collectors.joining()));
        Files.writeString(
                directory.resolve("graph.json"),
                names().map(name -> "{\"name\": \"" + name
                                + "\", \"steps\": [{\"name\": \"run\", \"command\": {\"argv\": [\"./task\", \"" + name
                                + "\"]}}]}")
                        .collect(Collectors.joining(",\n", "{\"heddleGraph\": 1, \"tasks\": [", "]}")));
    }

    /** The hosts file that the page on ssh shows. */
    private static String hostsOfThePage() throws IOException {
        String page = Files.readString(
                Programs.samples().resolve("../scheduler/docs/ssh.md").normalize());
        int begin = page.indexOf("```hosts\n") + "```hosts\n".length();
        return page.substring(begin, page.indexOf("```", begin));
    }

    private static Stream<String> names() {
        return IntStream.rangeClosed(1, TASKS).mapToObj(i -> "o" + i);
    }

    private String address(int host) throws IOException {
        return Files.readAllLines(network.resolve("ssh_config")).stream()
                .filter(line -> line.startsWith("HostName "))
                .skip(host - 1)
                .map(line -> line.substring("HostName ".length()))
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void bringDown() throws IOException, InterruptedException {
        if (up) {
            ssh("down");
        }
    }

    private void ssh(String verb, String... arguments) throws IOException, InterruptedException {
        Path script =
                Programs.samples().resolve("../core/src/test/scripts/ssh-hosts").normalize();
        List<String> argv = Stream.concat(Stream.of(script.toString(), verb, network.toString()), Stream.of(arguments))
                .toList();
        Run run = Programs.run(directory, argv);
        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    private Run heddle(String... arguments) throws IOException, InterruptedException {
        return Programs.run(
                directory,
                Stream.concat(Stream.of(Programs.samples().resolve("heddle").toString()), Stream.of(arguments))
                        .toList());
    }

    @Test
    void aCheckConnectsToBothHosts() throws Exception {
        Run run = heddle("hosts", "check", "hosts");

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).containsPattern("(?m)^h1 +up +3 ").containsPattern("(?m)^h2 +up +3 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ninja", "run"})
    void aBuildEndsRightThoughTheLinkToAHostIsCutInTheMiddle(String verb) throws Exception {
        CompletableFuture<Run> build = CompletableFuture.supplyAsync(() -> {
            try {
                return verb.equals("run")
                        ? heddle("run", "--hosts", "hosts", "graph.json")
                        : heddle("ninja", "--hosts", "hosts");
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        awaitFile(directory.resolve("hangs"), build);
        ssh("cut", "2");
        Run run = build.get(250, TimeUnit.SECONDS);

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("h2").doesNotContain("FAILED");
        assertThat(names().filter(name -> Files.notExists(directory.resolve(name))))
                .isEmpty();
        assertThat(directory.resolve("twice")).doesNotExist();
        for (String pid : Files.readAllLines(directory.resolve("pids"))) {
            assertThat(ProcessHandle.of(Long.parseLong(pid)))
                    .as("what is left of a task")
                    .isEmpty();
        }
        List<String> ran = Files.readAllLines(directory.resolve("ran"));
        String first = " " + address(1);
        String second = " " + address(2);
        assertThat(ran).anyMatch(line -> line.endsWith(first)).anyMatch(line -> line.endsWith(second));
        assertThat(ran.size()).as("tasks that ran, the lost ones again").isGreaterThan(TASKS);
    }

    private static void awaitFile(Path file, CompletableFuture<Run> build)
            throws InterruptedException, ExecutionException {
        while (Files.notExists(file)) {
            try {
                Run run = build.get(50, TimeUnit.MILLISECONDS);
                throw new AssertionError("the build ended before a task hung: " + run.output());
            } catch (TimeoutException e) {
                // The build runs on.
            }
        }
    }
}
