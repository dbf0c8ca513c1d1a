package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.store.nar.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Builders that use more than they should: each ends with a clear result, and nothing of it is left. */
class OddBuildersTest {

    /** How much a builder prints: 1,000 for the amount that the issue of the store names. */
    private static final int MEBIBYTES = Integer.getInteger("heddle.store.printedMebibytes", 8);

    @TempDir
    Path dir;

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    private static boolean runs(String word) {
        return ProcessHandle.allProcesses().anyMatch(process -> {
            try {
                return Files.readString(
                                Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1)
                        .contains(word);
            } catch (IOException gone) {
                return false;
            }
        });
    }

    private static void assertNotRunning(String word) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (runs(word) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(runs(word)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("P10")
    void hundredsOfProcessesEndWithTheBuilder(Isolation isolation) throws Exception {
        try (BuildHouse house =
                new BuildHouse(dir, isolation, chosen -> chosen.withBuildTimeout(Duration.ofSeconds(20)))) {
            Derivation derivation = house.shell(
                    "bomb",
                    "bomb() { [ $1 = 0 ] && exec sleep 7541.5; bomb $(($1 - 1)) & bomb $(($1 - 1)) & wait; }\n"
                            + "bomb 7 & sleep 1; echo enough; exit 3");
            assertThat(house.failed(derivation, BuildResult.Failure.BUILDER_FAILED)
                            .lastLines())
                    .contains("enough");
            house.store().close();
            assertNotRunning("7541.5");
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyByteOfALongLogIsPassedOnAndKept(Isolation isolation) throws Exception {
        long bytes = (long) MEBIBYTES << 20;
        try (BuildHouse house = new BuildHouse(dir, isolation, UnaryOperator.identity())) {
            Derivation derivation = house.shell("prints", "yes | head -c " + bytes + "; echo x >$out");
            long[] seen = new long[1];
            BuildResult result = house.store()
                    .buildDerivation(house.path(derivation), derivation, Mode.NORMAL, new CountingOutput(seen));
            assertThat(result).as(result.summary()).isInstanceOf(BuildResult.Built.class);
            assertThat(seen[0]).isEqualTo(bytes);
            BuildLog log = house.store().logs(house.path(derivation)).get(0);
            assertThat(log.storedBytes()).isLessThan(bytes / 1000);
            try (InputStream in = log.open()) {
                assertThat(in.transferTo(OutputStream.nullOutputStream())).isEqualTo(bytes);
            }
            house.assertNothingLeft();
        }
    }

    private record CountingOutput(long[] seen) implements JobOutput {
        @Override
        public synchronized void write(Channel channel, byte[] bytes, int offset, int length) {
            seen[0] += length;
        }

        @Override
        public void finish(Outcome outcome) {}

        @Override
        public void close() {}
    }

    /** Builds on a disk that the first builder fills: {@code FullDisk STORE ISOLATION}. */
    static final class FullDisk {
        private FullDisk() {}

        public static void main(String[] arguments) throws Exception {
            Isolation isolation = Isolation.valueOf(arguments[1]);
            try (BuildHouse house = new BuildHouse(Path.of(arguments[0]), isolation, UnaryOperator.identity())) {
                BuildResult.Failed failed = house.failed(
                        house.shell("fills", "mkdir $out; exec head -c 1000000000 /dev/zero >$out/x"),
                        BuildResult.Failure.BUILDER_FAILED);
                System.out.println(failed.exitCode() + " " + String.join(" ", failed.lastLines()));
                house.made(house.shell("small", "echo x >$out", Map.of(), List.of()));
                System.out.println("built");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("T16")
    void builderThatFillsTheDiskFailsAndItsFilesGo(Isolation isolation) throws Exception {
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid", LinkOption.NOFOLLOW_LINKS)
                .equals(0);
        assumeTrue(root, "only root can mount a file system");
        Path disk = Files.createDirectory(dir.resolve("disk"));
        Path out = dir.resolve("out");
        Path errors = dir.resolve("errors");
        Process process = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=48m none \"$1\" && shift && exec \"$@\"",
                        "sh",
                        disk.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDisk.class.getName(),
                        disk.resolve("store").toString(),
                        isolation.name())
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        assertThat(Files.readString(out))
                .startsWith("100 ")
                .contains("No space left on device")
                .endsWith("built\n");
    }
}
