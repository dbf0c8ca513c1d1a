package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Command;
import dev.heddle.core.transport.ShellTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract of runners, kept over real ssh by a machine that shares its files with this one. */
@Tag("peer")
class SshRunnerTest extends FarContract {

    private static SshHosts hosts;

    @BeforeAll
    static void bringUp() throws IOException {
        hosts = SshHosts.up(1);
    }

    @AfterAll
    static void bringDown() throws IOException {
        if (hosts != null) {
            hosts.close();
        }
    }

    @Override
    ShellTransport transport() {
        return hosts.to(1);
    }

    @Test
    @Override
    public void theEnvironmentIsInheritedChangedAndUnset() {
        String login = run(Command.of("/usr/bin/env")).out();
        assertThat(login).contains("HOME=", "SSH_CONNECTION=");
        assertThat(run(Command.of("/usr/bin/env").unset("HOME")).out()).doesNotContain("\nHOME=");
        assertThat(run(Command.of("/usr/bin/env").env("HOME", "else where")).out())
                .contains("HOME=else where\n");
        assertThat(run(Command.of("/usr/bin/env")).out()).isEqualTo(login);
    }

    @Test
    @Override
    public void noVariableOfTheRunnerReachesTheJob() {
        // A name that the agent's own texts use would begin so; bash sets "_" for whatever it runs.
        assertThat(run(Command.of("/usr/bin/env")).out().lines().map(line -> line.replaceFirst("=.*", "")))
                .noneMatch(name -> name.length() > 1 && name.startsWith("_"));
    }

    @Test
    @Override
    public void aCommandRunsInItsDirectory() throws IOException {
        Path odd = Files.createDirectories(directory.resolve("it's a\nplace"));

        assertThat(run(Command.of("/bin/pwd").in(odd)).out()).isEqualTo(odd.toRealPath() + "\n");
        assertThat(run(Command.of("/bin/pwd")).out()).isEqualTo(Path.of("").toRealPath() + "\n");
        assertThat(run(Command.shell("echo ${OLDPWD-unset}").in(odd)).out()).isEqualTo("unset\n");
    }

    @Test
    void moreJobsThanOneConnectionCarriesRunAtOnce() throws IOException {
        // Each waits for all others: 25 need three connections of ten sessions.
        String wait = "mkdir " + directory + "/at.$$; until [ $(ls -d " + directory
                + "/at.* | wc -l) -ge 25 ]; do sleep 0.05; done";
        List<RunningProcess> running = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            running.add(runner().start(Command.shell(wait), new Collected()));
        }
        running.forEach(process -> assertThat(end(process).exitedWith(0)).isTrue());
    }

    @Test
    void randomBytesComeThroughAsTheyAreOnBothStreams() throws IOException {
        byte[] bytes = new byte[2_000_000];
        new Random(11).nextBytes(bytes);
        Path file = Files.write(directory.resolve("random"), bytes);

        Ran ran = run(Command.of("sh", "-c", "cat \"$0\" & cat \"$0\" >&2; wait", file.toString())
                .capture(Command.Capture.LABELLED));

        assertThat(ran.output().bytes()).isEqualTo(bytes);
        assertThat(ran.output().errBytes()).isEqualTo(bytes);
    }
}
