package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.heddle.scheduler.TimedRun.How;
import dev.heddle.scheduler.TimedRun.Took;
import dev.heddle.scheduler.TimedRun.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The rolling file under several writers, crashes and age. */
@Timeout(120)
final class HistoryFileTest {

    @TempDir
    Path directory;

    private static TimedRun run(String task, long when) {
        return new TimedRun(task, new Where("local", 0, 1), new Took(1, 0, List.of()), new How(false, false, when, 0));
    }

    private List<TimedRun> runs() throws IOException {
        List<TimedRun> runs = new ArrayList<>();
        new HistoryFile(directory).read(line -> runs.add(RollingFormat.read(line)));
        return runs;
    }

    @Test
    void whatIsAddedIsThereInItsOrder() throws IOException {
        HistoryFile file = new HistoryFile(directory.resolve("new/place"));
        file.append(List.of());
        assertThat(directory.resolve("new")).doesNotExist();
        file.append(List.of(run("a", 1), run("b", 2)));
        new HistoryFile(directory.resolve("new/place")).append(List.of(run("a", 3)));
        assertThat(Files.readString(file.path())).isEqualTo("""
                        a host=local time=1.000 size=0 ts=1 clean=1
                        b host=local time=1.000 size=0 ts=2 clean=1
                        a host=local time=1.000 size=0 ts=3 clean=1
                        """);
    }

    @Test
    void aFifoInTheirPlaceIsRefusedAndNotWaitedFor() throws Exception {
        for (String name : List.of("history", "history.lock")) {
            Path own = Files.createDirectory(directory.resolve("with-" + name));
            assertThat(new ProcessBuilder("mkfifo", own.resolve(name).toString())
                            .start()
                            .waitFor())
                    .isZero();
            HistoryFile file = new HistoryFile(own);

            assertThatIOException()
                    .isThrownBy(() -> file.append(List.of(run("a", 1))))
                    .withMessageContaining(own.resolve(name) + ": ")
                    .withMessageEndingWith(
                            ": there is a FIFO, a device or a socket in the place of the file; move it away");
        }
        assertThatIOException().isThrownBy(() -> new HistoryFile(directory.resolve("with-history")).read(line -> {}));
    }

    @Test
    void aTornLastLineCostsThatLineAlone() throws IOException {
        HistoryFile file = new HistoryFile(directory);
        file.append(List.of(run("a", 1), run("b", 2)));
        byte[] whole = Files.readAllBytes(file.path());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file.path(), Arrays.copyOf(whole, length));
            int before = (int) new String(whole, 0, length, StandardCharsets.UTF_8)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            file.append(List.of(run("c", 3)));
            List<TimedRun> runs = new ArrayList<>();
            file.read(line -> runs.add(RollingFormat.read(line)));
            assertThat(runs).hasSizeBetween(before + 1, before + 2);
            assertThat(runs.get(runs.size() - 1).task()).isEqualTo("c");
        }
    }

    @Test
    void ofManyRunsTheLast25OfEachTaskStay() throws IOException {
        HistoryFile file = new HistoryFile(directory);
        List<TimedRun> many = new ArrayList<>();
        for (int i = 1; i <= 3_000; i++) {
            many.add(run("often", i));
        }
        many.add(run("once", 3_001));
        file.append(many);
        assertThat(file.trim()).isTrue();
        List<TimedRun> runs = runs();
        assertThat(runs).hasSize(26);
        assertThat(runs.get(0)).isEqualTo(run("often", 2_976));
        assertThat(runs.get(25)).isEqualTo(run("once", 3_001));
        assertThat(file.trim()).isFalse();
    }

    @Test
    void aFileThatIsMostlyOfUseIsNotWrittenAnew() throws IOException {
        HistoryFile file = new HistoryFile(directory);
        List<TimedRun> many = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            many.add(run("task" + i % 200, i));
        }
        file.append(many);
        assertThat(file.trim()).isFalse();
        assertThat(runs()).hasSize(3_000);
    }

    @Test
    void whatACrashLeftOfARewriteDoesNoHarm() throws IOException {
        HistoryFile file = new HistoryFile(directory);
        file.append(List.of(run("a", 1)));
        Files.writeString(directory.resolve("history.part"), "half a li");
        assertThat(runs()).containsExactly(run("a", 1));
        List<TimedRun> many = new ArrayList<>();
        for (int i = 2; i <= 2_000; i++) {
            many.add(run("a", i));
        }
        file.append(many);
        assertThat(file.trim()).isTrue();
        assertThat(runs()).hasSize(25);
        assertThat(directory.resolve("history.part")).doesNotExist();
    }

    @Test
    void linesThatAreNoneAreLeftOutAndDroppedWhenTheFileIsWrittenAnew() throws IOException {
        HistoryFile file = new HistoryFile(directory);
        file.append(List.of(run("a", 1)));
        Files.writeString(file.path(), "\0\0\0\n".repeat(1_001), StandardOpenOption.APPEND);
        List<TimedRun> runs = new ArrayList<>();
        LogLines.Damage damage = file.read(line -> runs.add(RollingFormat.read(line)));
        assertThat(runs).hasSize(1);
        assertThat(damage.count()).isEqualTo(1_001);
        assertThat(damage.first()).isEqualTo(file.path() + ":2:1: a control character, 0x00");
        assertThat(file.trim()).isTrue();
        assertThat(Files.readAllLines(file.path())).hasSize(1);
    }

    @Test
    void threadsAndRewritesLoseNothingOfEachOther() throws Exception {
        int writers = 6;
        int each = 150;
        ExecutorService threads = Executors.newFixedThreadPool(writers + 1);
        try {
            List<TimedRun> surplus = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                surplus.add(run("surplus", i));
            }
            new HistoryFile(directory).append(surplus);
            List<Future<?>> ends = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String name = "writer" + writer + "-";
                ends.add(threads.submit(() -> {
                    HistoryFile file = new HistoryFile(directory);
                    for (int i = 0; i < each; i++) {
                        file.append(List.of(run(name + i, i)));
                    }
                    return null;
                }));
            }
            ends.add(threads.submit(() -> {
                for (int i = 0; i < 10; i++) {
                    HistoryFile file = new HistoryFile(directory);
                    file.append(surplus);
                    file.trim();
                }
                return null;
            }));
            for (Future<?> end : ends) {
                end.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        Set<String> tasks = new HashSet<>();
        runs().forEach(run -> tasks.add(run.task()));
        assertThat(tasks).hasSize(writers * each + 1);
    }

    /** What the other processes of {@link #processesLoseNothingOfEachOther} run. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            HistoryFile file = new HistoryFile(Path.of(arguments[0]));
            List<TimedRun> surplus = new ArrayList<>();
            for (int i = 0; i < 1_200; i++) {
                surplus.add(run("surplus", i));
            }
            for (int i = 0; i < 200; i++) {
                file.append(List.of(run(arguments[1] + i, i)));
                if (i % 40 == 0) {
                    file.append(surplus);
                    file.trim();
                }
            }
        }
    }

    @Test
    void processesLoseNothingOfEachOther() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xshare:auto",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            directory.toString(),
                            "process" + i + "-")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output" + i).toFile())
                    .start());
        }
        for (int i = 0; i < 3; i++) {
            assertThat(processes.get(i).waitFor(100, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(directory.resolve("output" + i))).isEmpty();
        }
        Set<String> tasks = new HashSet<>();
        runs().forEach(run -> tasks.add(run.task()));
        assertThat(tasks).hasSize(601);
    }
}
