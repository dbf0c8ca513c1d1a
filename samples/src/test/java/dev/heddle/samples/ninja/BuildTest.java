package dev.heddle.samples.ninja;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole builds of small projects. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BuildTest {

    @TempDir
    Path directory;

    private void manifest(String text) throws IOException {
        Files.writeString(directory.resolve("build.ninja"), text);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    private boolean exists(String name) {
        return Files.exists(directory.resolve(name));
    }

    private Peer.Said build(String... targets) {
        return Peer.heddle(directory, options -> options.targets = List.of(targets));
    }

    @Test
    void aSecondRunHasNothingToDo() throws Exception {
        manifest("rule cat\n  command = cat $in > $out\nbuild dir/sub/b: cat a\n");
        write("a", "1");
        assertThat(build().exitCode()).isZero();
        assertThat(read("dir/sub/b")).isEqualTo("1");
        assertThat(build().nothingToDo()).isTrue();
    }

    @Test
    void aFailedCommandIsNamedWithItsOutputAndWhatNeedsItDoesNotRun() throws Exception {
        manifest("rule r\n  command = echo said by $out; exit $code\n  description = MAKE $out\n"
                + "build a: r\n  code = 3\nbuild b: r a\n  code = 0\n");
        Peer.Said said = build();
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.text())
                .contains(
                        "MAKE a",
                        "FAILED: a",
                        "echo said by a; exit 3",
                        "said by a",
                        "build stopped: subcommand failed.")
                .doesNotContain("MAKE b");
    }

    @Test
    void goingOnAfterAFailureBuildsWhatDoesNotNeedIt() throws Exception {
        manifest("rule r\n  command = $c\nbuild a: r\n  c = false\nbuild b: r\n  c = touch b\n");
        Peer.Said said = Peer.heddle(directory, options -> {
            options.keepGoing = 0;
            options.jobs = 1;
        });
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.text()).contains("build stopped: cannot make progress due to previous errors.");
        assertThat(exists("b")).isTrue();
    }

    @Test
    void wrongInputStartsNothing() throws Exception {
        manifest("rule r\n  command = touch $out\nbuild a: r gone\nbuild b: r\nbuild c: r d\nbuild d: r c\n");
        Peer.Said missing = build("b", "a");
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.text()).contains("'gone', needed by 'a', missing and no known rule to make it");
        assertThat(build("c").text()).contains("dependency cycle: c -> d -> c");
        assertThat(build("bb").text()).contains("unknown target 'bb', did you mean 'b'?");
        assertThat(exists("b")).isFalse();
    }

    @Test
    void aManifestThatSaysHowIsMadeAnewFirst() throws Exception {
        manifest("rule regenerate\n  command = cp template build.ninja\n  generator = 1\n"
                + "build build.ninja: regenerate template\n");
        write(
                "template",
                "rule regenerate\n  command = cp template build.ninja\n  generator = 1\n"
                        + "rule t\n  command = touch $out\nbuild build.ninja: regenerate template\nbuild new: t\n");
        Peer.nextMoment(directory);
        write("template", read("template"));
        assertThat(build("new").exitCode()).isZero();
        assertThat(exists("new")).isTrue();
        assertThat(build().nothingToDo()).isTrue();
    }

    @Test
    void whatIsSaidWhenJobsHaveRunCannotBeForgedByThem() throws Exception {
        String regenerate = "rule regenerate\n  command = echo 'heddle: no work to do.'; "
                + "printf '\\342\\224\\200\\342\\224\\200 heddle: no work to do.\\n'; cp template build.ninja\n"
                + "  generator = 1\nbuild build.ninja: regenerate template\n";
        manifest(regenerate);
        write("template", regenerate + "build all: phony\ndefault all\n");
        Peer.nextMoment(directory);
        write("template", read("template"));

        Peer.Said said = Peer.heddle(directory, options -> options.explain = true);

        assertThat(said.exitCode()).isZero();
        List<String> lines = said.text().lines().toList();
        assertThat(lines).as("the job's").contains("heddle: no work to do.", "\\\u2500\u2500 heddle: no work to do.");
        assertThat(lines).as("the launcher's").containsOnlyOnce("\u2500\u2500 heddle: no work to do.");
        int job = lines.indexOf("heddle: no work to do.");
        assertThat(lines.subList(0, job)).anyMatch(line -> line.startsWith("heddle explain: "));
        assertThat(lines.subList(job + 1, lines.size()))
                .noneMatch(line -> line.startsWith("heddle"))
                .anyMatch(line -> line.startsWith("\u2500\u2500 heddle explain: "));
    }

    @Test
    void consoleJobsGetATerminalOfTheSizeOfHeddlesOwn() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script is not installed");
        manifest("rule r\n  command = test -t 1 && stty size <&1; echo $$COLUMNS $$LINES; cat; touch $out\n"
                + "build a: r\n  pool = console\nbuild b: r\n");
        write("typed", "no echo\n");
        Peer.Said said = Peer.heddle(directory, options -> {
            options.jobs = 1;
            options.consoleInput = directory.resolve("typed");
            options.consoleTerminal = () -> Optional.of(new Terminal.Size(31, 97));
        });
        assertThat(said.exitCode()).as(said.text()).isZero();
        assertThat(said.text()).containsOnlyOnce("31 97\n97 31\nno echo\n");
    }

    @Test
    void consoleJobsWriteToAPipeWhereHeddleDoes() throws Exception {
        manifest("rule r\n  command = test -t 1 || echo a pipe; touch $out\nbuild a: r\n  pool = console\n");
        assertThat(build().text()).contains("a pipe\n");
    }

    @Test
    void includesOfMicrosoftsCompilerBecomeDependenciesAndAreNotShown() throws Exception {
        manifest("rule cl\n  command = printf 'a.c\\nNote: including file:  x.h\\r\\nwarning\\n"
                + "Note: including file: C:/Program Files/sys.h\\n' && touch $out\n"
                + "  deps = msvc\nbuild a.obj: cl a.c\n");
        write("a.c", "");
        write("x.h", "");
        Peer.Said said = build();
        assertThat(said.text()).contains("warning").doesNotContain("── a.obj ──\nNote", "\nNote: including");
        assertThat(build().nothingToDo()).isTrue();
        Peer.nextMoment(directory);
        write("x.h", "changed");
        assertThat(build().nothingToDo()).isFalse();
    }

    @Test
    void responseFilesAreRemovedAfterSuccessAndStayAfterFailure() throws Exception {
        manifest("rule r\n  command = cat $out.rsp; $then\n  rspfile = $out.rsp\n  rspfile_content = some $in\n"
                + "build good: r in\n  then = touch good\nbuild bad: r in\n  then = false\n");
        write("in", "");
        Peer.Said said = Peer.heddle(directory, options -> options.keepGoing = 0);
        assertThat(said.text()).contains("some in");
        assertThat(exists("good.rsp")).isFalse();
        assertThat(read("bad.rsp")).isEqualTo("some in");
        Files.delete(directory.resolve("good"));
        Peer.heddle(directory, options -> {
            options.keepRsp = true;
            options.targets = List.of("good");
        });
        assertThat(exists("good.rsp")).isTrue();
    }

    @Test
    void commandsThatAreNoTextRunByteForByte() throws Exception {
        byte[] odd = {(byte) 0xff, '\'', (byte) 0xfe};
        String text = "rule r\n  command = printf %s \"" + Raw.of(odd) + "\" > $out\nbuild o: r\n";
        Files.write(directory.resolve("build.ninja"), Raw.bytes(text));
        assertThat(build().exitCode()).isZero();
        assertThat(Files.readAllBytes(directory.resolve("o"))).isEqualTo(odd);
    }

    @Test
    void anOutputThatWasMissingIsNotBelievedInUntilItsCommandHasEnded() throws Exception {
        // The command looks at the log while it runs, as somebody would after a crash at this moment.
        manifest("rule r\n  command = cp .ninja_log seen 2>/dev/null; echo half > $out\nbuild o: r\n");
        assertThat(build().exitCode()).isZero();
        Files.delete(directory.resolve("o"));
        assertThat(build().exitCode()).isZero();
        assertThat(read("seen").lines().reduce("", (first, last) -> last)).isEqualTo("0\t0\t0\to\t0");
        assertThat(build().nothingToDo()).isTrue();
    }

    @Test
    void aChainAsLongAsAnyIsWalkedWithoutExhaustingTheStack() throws Exception {
        StringBuilder text = new StringBuilder("rule r\n  command = true\nbuild n0: phony s\n");
        for (int i = 1; i < 50_000; i++) {
            text.append("build n").append(i).append(": phony n").append(i - 1).append('\n');
        }
        manifest(text.toString());
        write("s", "");
        assertThat(build().nothingToDo()).isTrue();
        assertThat(build("n49999").nothingToDo()).isTrue();
    }

    @Test
    void aPlaceForTheLogThatCannotBeWrittenIsAnError() throws Exception {
        manifest("builddir = file\nrule r\n  command = touch $out\nbuild o: r\n");
        write("file", "");
        Peer.Said said = build();
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.text()).startsWith("build.ninja:1:12: builddir: 'file' is not a directory\n");
        assertThat(exists("o")).isFalse();
    }

    @Test
    void anInterruptedBuildLeavesNoHalfWrittenOutputAndNoProcess() throws Exception {
        manifest("rule r\n  command = echo half > $out; echo $$$$ > $out.pid; sleep 1000; echo whole >> $out\n"
                + "build o: r\nbuild p: r\n");
        CompletableFuture<Cancellation> started = new CompletableFuture<>();
        CompletableFuture<Peer.Said> ended =
                CompletableFuture.supplyAsync(() -> Peer.heddle(directory, options -> {}, started::complete));
        while (!(hasLine("o.pid") && hasLine("p.pid"))) {
            Thread.onSpinWait();
        }
        started.join().cancel();
        Peer.Said said = ended.join();
        assertThat(said.exitCode()).isEqualTo(130);
        assertThat(said.text()).contains("build stopped: interrupted by user.");
        assertThat(exists("o")).isFalse();
        assertThat(exists("p")).isFalse();
        assertThat(exists(".ninja_lock")).isFalse();
        assertThat(ProcessHandle.of(Long.parseLong(read("o.pid").trim()))).isEmpty();
    }

    @Test
    void aConsoleJobIsShownLiveAndReadsWhatTheLauncherReads() throws Exception {
        manifest("rule ask\n  command = printf 'name? '; read n; echo hello $$n | tee $out\n  pool = console\n"
                + "rule other\n  command = cat > $out\nbuild a: ask\nbuild b: ask a\nbuild c: other\n");
        Path input = directory.resolve("input");
        assertThat(new ProcessBuilder("mkfifo", input.toString()).start().waitFor())
                .isZero();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (RandomAccessFile writer = new RandomAccessFile(input.toFile(), "rw")) {
            CompletableFuture<Peer.Said> ended = CompletableFuture.supplyAsync(
                    () -> Peer.heddle(directory, options -> options.consoleInput = input, started -> {}, said));
            while (!said.toString(StandardCharsets.UTF_8).contains("name? ")) {
                assertThat(ended).isNotDone();
                Thread.onSpinWait();
            }
            writer.write("one\n".getBytes(StandardCharsets.UTF_8));
            while (!exists("a") || said.toString(StandardCharsets.UTF_8).split("name\\? ").length < 3) {
                assertThat(ended).isNotDone();
                Thread.onSpinWait();
            }
            writer.write("two\n".getBytes(StandardCharsets.UTF_8));
            assertThat(ended.join().exitCode()).isZero();
        }
        assertThat(read("a")).isEqualTo("hello one\n");
        assertThat(read("b")).isEqualTo("hello two\n");
        assertThat(read("c")).as("only console jobs read it").isEmpty();
    }

    @Test
    void whatAJobCouldNotOpenIsNotOfferedAsInput() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("0"), Path.of("socket:[123]"));
        assertThat(StandardInput.name(link)).isNull();
        assertThat(StandardInput.name(directory.resolve("closed"))).isNull();
        Path file = Files.createSymbolicLink(directory.resolve("1"), Files.createFile(directory.resolve("file")));
        assertThat(StandardInput.name(file)).isEqualTo(file);
    }

    private boolean hasLine(String name) throws IOException {
        return exists(name) && read(name).endsWith("\n");
    }

    @Test
    void nothingIsStartedAfterAnInterrupt() throws Exception {
        manifest("rule r\n  command = touch $out\nbuild o: r\n");
        assertThat(Peer.heddle(directory, options -> {}, Cancellation::cancel).exitCode())
                .isEqualTo(130);
        assertThat(exists("o")).isFalse();
    }
}
