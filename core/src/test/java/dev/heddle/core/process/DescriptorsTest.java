package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of commands where a process may open few files. */
@Timeout(180)
class DescriptorsTest {

    @TempDir
    Path directory;

    private Descriptors limited(String limit, int open) throws IOException {
        Files.writeString(directory.resolve("limits"), """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             95819                95819                processes
                Max open files            %-20s 1048576              files
                Max locked memory         8388608              8388608              bytes
                """.formatted(limit));
        Path fd = Files.createDirectories(directory.resolve("fd"));
        for (int i = 0; i < open; i++) {
            Files.writeString(fd.resolve(Integer.toString(i)), "");
        }
        return new Descriptors(directory);
    }

    @Test
    void asManyAreGivenAsTheLimitLeavesWithSomeToSpare() throws IOException {
        Descriptors descriptors = limited("64", 10);
        int free = 64 - 10 - Descriptors.SPARE;
        assertThat(descriptors.take(free + 1)).isFalse();
        assertThat(descriptors.take(free - 5)).isTrue();
        assertThat(descriptors.take(5)).isTrue();
        assertThat(descriptors.take(1)).isFalse();
        assertThat(descriptors.shortage(13)).contains("64 files", "has 48", "29 more", "raise the limit");
    }

    @Test
    void whatWasNotOpenedAfterAllIsThereForOthers() throws IOException {
        Descriptors descriptors = limited("64", 10);
        int free = 64 - 10 - Descriptors.SPARE;
        assertThat(descriptors.take(free)).isTrue();
        descriptors.opened(free, 0);
        assertThat(descriptors.take(free)).isTrue();
    }

    @Test
    void whatOthersOpenMeanwhileIsSeenBeforeItIsTooLate() throws IOException {
        Descriptors descriptors = limited("2000", 10);
        assertThat(descriptors.take(10)).isTrue();
        limited("2000", 1_990);
        int taken = 10;
        while (descriptors.take(10)) {
            taken += 10;
        }
        assertThat(taken).isLessThanOrEqualTo(1_000);
        limited("2000", 1_991);
        assertThat(descriptors.take(1)).isFalse();
    }

    @Test
    void withoutALimitOrASystemThatTellsItAllIsGiven() throws IOException {
        assertThat(limited("unlimited", 1).take(1_000_000)).isTrue();
        assertThat(new Descriptors(directory.resolve("none")).take(1_000_000)).isTrue();
    }

    /** Two hundred commands in a JVM that may open few files: all run, as many at once as can. */
    @ParameterizedTest
    @CsvSource({"64, 8, 0", "64, 50, 0", "64, 8, 4", "64, 50, 4", "64, 50, 50", "100, 50, 8"})
    void allCommandsRunAlthoughNotAsManyAtOnceAsWasAsked(int limit, int atOnce, int shells) throws Exception {
        String said = child(limit, Many.class, Integer.toString(atOnce), Integer.toString(shells));
        assertThat(said).contains("ran 200");
        if (atOnce > limit / 4) {
            assertThat(said).containsOnlyOnce("commands wait for others to end").contains("" + limit + " files");
        }
    }

    @Test
    void whereNotOneCommandCanRunEachIsRefusedAtOnceWithAdvice() throws Exception {
        String said = child(36, Many.class, "8", "4");
        assertThat(said).contains("ran 0", "refused 200", "36 files", "raise the limit");
    }

    @Test
    void plainCommandsAreRefusedBeforeTheSystemRefusesThem() throws Exception {
        String said = child(64, ManyPlain.class);
        assertThat(said)
                .containsPattern("ran [1-9]")
                .containsPattern("refused [1-9]")
                .contains("64 files", "closed");
    }

    private static String child(int limit, Class<?> main, String... arguments) throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "there is no /proc");
        List<String> argv = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                "ulimit -n " + limit + "; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        argv.addAll(List.of(arguments));
        Process jvm = new ProcessBuilder(argv).redirectErrorStream(true).start();
        try {
            String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(jvm.exitValue()).as(said).isZero();
            return said;
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** Arguments: how many commands are started at once, and how many run in shells. */
    static final class Many {

        private Many() {}

        public static void main(String[] args) throws Exception {
            int atOnce = Integer.parseInt(args[0]);
            int ran = 0;
            int refused = 0;
            String why = "";
            List<RunningProcess> processes = new ArrayList<>();
            List<Collected> outputs = new ArrayList<>();
            ProcessRunnerBuilder builder = ProcessRunner.builder().mostDirect(Integer.parseInt(args[1]));
            try (ProcessRunner runner = builder.buildAgents()) {
                Semaphore slots = new Semaphore(atOnce);
                for (int i = 0; i < 200; i++) {
                    slots.acquire();
                    Collected output = new Collected();
                    try {
                        RunningProcess process = runner.start(Command.shell("echo " + i + "; sleep 0.02"), output);
                        process.ended().thenRun(slots::release);
                        processes.add(process);
                        outputs.add(output);
                    } catch (IOException e) {
                        why = e.getMessage();
                        refused++;
                        slots.release();
                    }
                }
                slots.acquire(atOnce);
                for (int i = 0; i < processes.size(); i++) {
                    boolean right = outputs.get(i).out().equals(i + "\n");
                    ran += right && processes.get(i).ended().join().exitedWith(0) ? 1 : 0;
                    System.out.print(outputs.get(i).warnings());
                }
            }
            System.out.println("ran " + ran + " refused " + refused + " " + why);
        }
    }

    /** Starts plain commands that do not end until one is refused. */
    static final class ManyPlain {

        private ManyPlain() {}

        public static void main(String[] args) throws Exception {
            int ran = 0;
            String why = "";
            try (ProcessRunner runner = ProcessRunner.builder().buildPlain()) {
                while (why.isEmpty() && ran < 64) {
                    try {
                        runner.start(Command.of("sleep", "1000"), new Collected());
                        ran++;
                    } catch (IOException e) {
                        why = String.valueOf(e.getMessage());
                    }
                }
            }
            System.out.println("ran " + ran + " refused " + (why.isEmpty() ? 0 : 1) + " " + why + " closed");
        }
    }
}
