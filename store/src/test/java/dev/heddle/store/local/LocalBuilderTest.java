package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.nar.NarHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Builds with a sandbox, where the machine has one, and without. */
class LocalBuilderTest {

    @TempDir
    Path dir;

    private BuildHouse house(Isolation isolation) throws IOException {
        return house(isolation, UnaryOperator.identity());
    }

    private BuildHouse house(Isolation isolation, UnaryOperator<StoreSettings> settings) throws IOException {
        return new BuildHouse(dir, isolation, settings);
    }

    @ParameterizedTest
    @EnumSource
    void outputsAreRegisteredWithWhatTheyReferTo(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            StorePath source = house.store().addText("source", new byte[] {'x'}, List.of());
            StorePath unused = house.store().addText("unused", new byte[] {'y'}, List.of());
            Derivation derivation = house.shell(
                    "two",
                    "mkdir $out; echo $out $src >$out/a; ln -s $out/a $out/l; chmod 755 $out/a; cat $src >&2\n"
                            + "echo $out >$dev",
                    Map.of("src", source.toString()),
                    List.of(source, unused),
                    "out",
                    "dev");
            SortedMap<String, StorePath> made = house.made(derivation);
            PathInfo out = house.store().queryPathInfo(made.get("out")).orElseThrow();
            PathInfo dev = house.store().queryPathInfo(made.get("dev")).orElseThrow();
            assertThat(out.references()).containsExactlyInAnyOrder(made.get("out"), source);
            assertThat(dev.references()).containsExactly(made.get("out"));
            assertThat(out.deriver()).isEqualTo(house.path(derivation));
            assertThat(out.ultimate()).isTrue();
            assertThat(out.narHash())
                    .isEqualTo(NarHash.ofTree(house.real(out.path())).digest());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(house.real(out.path()))))
                    .isEqualTo("r-xr-xr-x");
            assertThat(Files.getLastModifiedTime(house.real(out.path()).resolve("a"))
                            .toMillis())
                    .isEqualTo(1000);
            assertThat(house.printed()).isEqualTo("x");
            assertThat(house.build(derivation)).isInstanceOf(BuildResult.AlreadyValid.class);
            house.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @EnumSource
    void failureTellsTheExitCodeAndTheLastLines(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            Derivation derivation = house.shell(
                    "bad", "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; done; echo x >$out; exit 3");
            BuildResult.Failed failed = house.failed(derivation, BuildResult.Failure.BUILDER_FAILED);
            assertThat(failed.message())
                    .isEqualTo("builder for '" + house.path(derivation) + "' failed with exit code 3");
            assertThat(failed.lastLines()).hasSize(10).last().isEqualTo("line 12");
            assertThat(failed.exitCode()).isEqualTo(100);
            try (InputStream log =
                    house.store().logs(house.path(derivation)).get(0).open()) {
                assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("line 1\n")
                        .endsWith("line 12\n");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void builderThatHangsIsEndedWithEverythingItStarted(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation, chosen -> chosen.withBuildTimeout(Duration.ofSeconds(1)))) {
            BuildResult.Failed failed = house.failed(
                    house.shell("hang", "sleep 7531.5 & trap '' TERM; sleep 7531.5; sleep 7531.5"),
                    BuildResult.Failure.TIMED_OUT);
            assertThat(failed.message()).endsWith("timed out after 1 seconds");
            assertThat(failed.exitCode()).isEqualTo(101);
            assertNoProcess("7531.5");
        }
    }

    @ParameterizedTest
    @EnumSource
    void builderThatIsSilentIsEndedAndOneThatTalksIsNot(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation, chosen -> chosen.withSilenceLimit(Duration.ofSeconds(1)))) {
            house.made(house.shell("talks", "for i in 1 2 3 4; do sleep 0.4; echo $i; done; echo x >$out"));
            BuildResult.Failed failed =
                    house.failed(house.shell("silent", "echo x; sleep 7532.5"), BuildResult.Failure.SILENT);
            assertThat(failed.message()).endsWith("timed out after 1 seconds of silence");
            // The shell may still say what has become of its own.
            assertThat(failed.lastLines()).first().isEqualTo("x");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("L32")
    void logLimitNamesItselfAndBoundsWhatIsKept(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation, chosen -> chosen.withLogLimit(100_000))) {
            Derivation derivation = house.shell("bomb", "yes");
            BuildResult.Failed failed = house.failed(derivation, BuildResult.Failure.LOG_TOO_LONG);
            assertThat(failed.message()).contains("more than 100000 bytes of log output");
            assertThat(house.printed()).hasSize(100_000);
            assertThat(house.store().logs(house.path(derivation)).get(0).storedBytes())
                    .isLessThan(10_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("P10")
    @Tag("T10")
    void daemonThatABuilderLeavesCannotChangeTheOutput(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            Derivation derivation = house.shell(
                    "daemon",
                    "echo good >$out\n"
                            + "setsid sh -c 'while :; do echo bad; sleep 0.01; done >&3; : 7533.5' 3>>$out"
                            + " </dev/null >/dev/null 2>&1 &\n"
                            + "sleep 0.1");
            StorePath out =
                    derivation.outputs().values().iterator().next().knownPath().orElseThrow();
            try {
                house.made(derivation);
            } catch (IOException changed) {
                // Without a sandbox the daemon may write while the output is copied; then there is none.
                assertThat(isolation.isPrivate()).isFalse();
                assertThat(changed).hasMessageContaining("changed while it was read");
                assertThat(house.store().isValid(out)).isFalse();
                return;
            }
            PathInfo info = house.store().queryPathInfo(out).orElseThrow();
            assertThat(NarHash.ofTree(house.real(out)).digest()).isEqualTo(info.narHash());
            house.store().close();
            assertThat(NarHash.ofTree(house.real(out)).digest()).isEqualTo(info.narHash());
            if (isolation.isPrivate()) {
                assertNoProcess("7533.5");
            }
        } finally {
            endProcesses("7533.5");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("T09")
    void hardLinksOfAnOutputAreFilesOfTheirOwn(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            Derivation derivation = house.shell(
                    "linked",
                    "mkdir $out; echo x >$out/a; ln $out/a $out/b; ln $out/a $dev; ln $out/a $TMPDIR/c || true",
                    "out",
                    "dev");
            SortedMap<String, StorePath> made = house.made(derivation);
            Path out = house.real(made.get("out"));
            for (Path file : List.of(out.resolve("a"), out.resolve("b"), house.real(made.get("dev")))) {
                assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("T11")
    @Tag("P19")
    void outputsAreBroughtIntoTheFormOfAStoreOrRefused(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            StorePath strange = house.made(house.shell(
                            "strange",
                            "mkdir -p $out/d; echo x >$out/d/f; echo y >$out/s; chmod 4755 $out/s; touch -d 2100-01-01 $out/s\n"
                                    + "chmod 000 $out/d/f $out/d; chmod 000 $out"))
                    .get("out");
            Path real = house.real(strange);
            assertThat(Files.getAttribute(real.resolve("s"), "unix:mode")).isEqualTo(0100555);
            assertThat(Files.getAttribute(real.resolve("d/f"), "unix:mode")).isEqualTo(0100444);
            assertThat(Files.getLastModifiedTime(real.resolve("s")).toMillis()).isEqualTo(1000);
            Path link = house.real(
                    house.made(house.shell("loop", "ln -s $out $out")).get("out"));
            assertThat(Files.readSymbolicLink(link)).isEqualTo(link);
            assertRejected(house, "fifo", "mkfifo $out", "neither a regular file");
            assertRejected(house, "inner", "mkdir $out; mkfifo $out/p", "/p is neither a regular file");
            assertRejected(house, "missing", ":", "failed to produce output path for output 'out' at '");
            assertRejected(
                    house,
                    "deep",
                    "mkdir $out; cd $out; i=0; while [ $i -lt 70 ]; do mkdir d; cd d; i=$((i+1)); done",
                    "too deep");
        }
    }

    private static void assertRejected(BuildHouse house, String name, String script, String why) throws Exception {
        BuildResult.Failed failed = house.failed(house.shell(name, script), BuildResult.Failure.OUTPUT_REJECTED);
        assertThat(failed.message()).contains(why);
        assertThat(failed.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("P19")
    void directoryOfABuildIsRemovedWhateverIsInIt(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            house.made(house.shell(
                    "mess",
                    "mkdir -p a/b; echo x >a/b/c; mkfifo a/p; chmod 000 a/b/c a/b a\n"
                            + "i=0; while [ $i -lt 300 ]; do mkdir d; cd d; i=$((i+1)); done; echo x >$out"));
            house.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @EnumSource
    void outputsThatReferToEachOtherAreRefusedByName(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            Derivation derivation = house.shell("cycle", "echo $b >$a; echo $a >$b", "a", "b");
            assertThat(house.failed(derivation, BuildResult.Failure.OUTPUT_REJECTED)
                            .message())
                    .isEqualTo("cycle detected in build of '" + house.path(derivation)
                            + "' in the references of output 'a' from output 'b'");
        }
    }

    @ParameterizedTest
    @EnumSource
    void referencesThatTheDerivationForbidsAreRefused(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            StorePath far = house.store().addText("far", new byte[] {'x'}, List.of());
            StorePath near = house.store().addText("near", new byte[] {'y'}, List.of(far));
            Map<String, String> none = Map.of("allowedReferences", "", "src", near.toString());
            Map<String, String> notFar = Map.of("disallowedRequisites", far.toString(), "src", near.toString());
            Map<String, String> own = Map.of("allowedReferences", "out " + near, "src", near.toString());
            String script = "echo $out $src >$out";
            for (Map<String, String> rule : List.of(none, notFar)) {
                Derivation derivation = house.shell("rule", script, rule, List.of(near));
                assertThat(house.failed(derivation, BuildResult.Failure.OUTPUT_REJECTED)
                                .message())
                        .contains("is not allowed to refer to the following paths");
            }
            house.made(house.shell("rule", script, own, List.of(near)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptLeavesNoProcessAndNoOutput(Isolation isolation) throws Exception {
        try (BuildHouse house = house(isolation)) {
            Derivation derivation = house.shell("waits", "echo x >$out; echo started; sleep 7534.5");
            Thread[] building = {Thread.currentThread()};
            boolean interrupted = false;
            try {
                house.store()
                        .buildDerivation(
                                house.path(derivation),
                                derivation,
                                Mode.NORMAL,
                                new InterruptingOutput(building[0], new AtomicBoolean()));
            } catch (InterruptedException e) {
                interrupted = true;
            }
            assertThat(interrupted).isTrue();
            assertNoProcess("7534.5");
            house.assertNothingLeft();
            assertThat(house.build(house.shell("after", "echo x >$out")).isSuccess())
                    .isTrue();
        }
    }

    /** Interrupts a thread at the first byte, and not again when what is killed still prints. */
    private record InterruptingOutput(Thread thread, AtomicBoolean done) implements JobOutput {
        @Override
        public void write(Channel channel, byte[] bytes, int offset, int length) {
            if (done.compareAndSet(false, true)) {
                thread.interrupt();
            }
        }

        @Override
        public void finish(Outcome outcome) {}

        @Override
        public void close() {}
    }

    /** That no process has this word among its arguments, nor will have: killed ones may take a moment to be gone. */
    private static void assertNoProcess(String word) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!processes(word).isEmpty() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(processes(word)).isEmpty();
    }

    private static List<ProcessHandle> processes(String word) {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).contains(word))
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    private static void endProcesses(String word) {
        processes(word).forEach(ProcessHandle::destroyForcibly);
    }
}
