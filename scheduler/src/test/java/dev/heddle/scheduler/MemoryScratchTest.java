package dev.heddle.scheduler;

import static dev.heddle.scheduler.TestGraphs.graphOf;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.Command;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small tasks that work in memory; a directory on the disk stands for it. */
@Timeout(120)
final class MemoryScratchTest {

    private static final int MUTATIONS = 5_000;

    @TempDir
    Path directory;

    private MemoryScratch scratch(long kilobytes, String... sizes) throws IOException {
        Path memory = Files.createDirectories(directory.resolve("memory"));
        Path log = Files.write(directory.resolve("size.log"), List.of(sizes));
        return MemoryScratch.at(memory, kilobytes).sizedBy(log);
    }

    private TaskSpec.Builder task(String name, String shell) {
        return TaskSpec.named(name)
                .command(Command.shell("echo " + name + " ${HEDDLE_SCRATCH:-none} >>said; " + shell)
                        .in(directory));
    }

    private Map<String, String> said() throws IOException {
        return Files.readAllLines(directory.resolve("said")).stream()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void smallTasksWorkInADirectoryOfTheirOwnThatIsGoneWhenTheyEnd() throws Exception {
        BuildResult result;
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.local(1))
                .memoryScratch(scratch(100, "small 500", "large 60 41", "broken 7", "small 60 40"))
                .build()) {
            result = scheduler.run(graphOf(
                    task("small", "touch $HEDDLE_SCRATCH/x"),
                    task("broken", "touch $HEDDLE_SCRATCH/x; exit 3"),
                    task("large", "true"),
                    task("unknown", "true")));
        }
        assertThat(result.failures()).singleElement().asString().contains("broken", "exit code 3");
        String memory = directory.resolve("memory").toString();
        assertThat(said().get("small")).startsWith(memory);
        assertThat(said().get("broken")).startsWith(memory).isNotEqualTo(said().get("small"));
        assertThat(said()).containsEntry("large", "none").containsEntry("unknown", "none");
        assertThat(directory.resolve("memory")).isEmptyDirectory();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void whatWorksInMemoryIsMeasuredThere() throws Exception {
        Path logs = directory.resolve("logs");
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.local(1))
                .memoryScratch(scratch(1_000, "t 1"))
                .stepFiles(directory.resolve("notes"))
                .measureSizes()
                .logDirectory(LogDirectory.at(logs))
                .build()) {
            assertThat(scheduler
                            .run(graphOf(task("t", "head -c 300000 /dev/zero >$HEDDLE_SCRATCH/x")))
                            .succeeded())
                    .isTrue();
        }
        assertThat(Files.readString(logs.resolve("size.log")).strip()).matches("t (29[0-9]|3[0-9][0-9])");
    }

    /** The most tasks that had a directory in memory at once, of eight of 400 KB that take long on a host of eight slots. */
    private int mostAtOnce(HostSpec spec, MemoryScratch scratch) {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ManualTicker ticker = ManualTicker.jumping();
        FakeHost host = new FakeHost(spec, ticker, attempt -> {
            String program = ((Command) attempt.work()).argv().get(0);
            if (program.equals("mkdir")) {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
            } else if (program.equals("rm")) {
                now.decrementAndGet();
            }
            return Plan.success(Duration.ofSeconds(program.equals("work") ? 10 : 0));
        });
        List<TaskSpec.Builder> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tasks.add(TaskSpec.named("t" + i).command(Command.of("work")));
        }
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.of(host))
                .ticker(ticker)
                .memoryScratch(scratch)
                .build()) {
            BuildResult result = scheduler.run(graphOf(tasks.toArray(TaskSpec.Builder[]::new)));
            assertThat(result.succeeded()).as(result.failures().toString()).isTrue();
        }
        assertThat(now).hasValue(0);
        return most.get();
    }

    @Test
    void theSumOfTheirSizesOnAHostNeverExceedsTheBudget() throws Exception {
        String[] sizes = new String[8];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = "t" + i + " 400";
        }
        assertThat(mostAtOnce(HostSpec.of("plain", 8), scratch(1_000, sizes))).isEqualTo(2);
        HostSpec told = new HostSpec("told", 8, 1, 1_300 * 1024L, Map.of());
        assertThat(mostAtOnce(told, scratch(1_000, sizes))).isEqualTo(3);
        assertThat(mostAtOnce(HostSpec.of("plain", 8), scratch(100, sizes))).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a 1/b | 2:2: a size in kilobytes is missing",
                "a x | 1:3: 'x' is no number",
                "a 1 2 3 | 1:7: more than a name and two sizes",
                "%zz 1 | 1:1: '%zz' has a %",
                "a 99999999999999999999 | 1:3: "
            })
    void aBadLineIsToldWithItsPlace(String lines, String told) {
        assertThatThrownBy(() -> scratch(1, lines.strip().split("/")))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("size.log:" + told.strip());
    }

    @Test
    void mutatedLogsAreReadOrToldWithTheirPlace() throws IOException {
        Random random = new Random(20_261_121);
        Path log = directory.resolve("size.log");
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = "devel/gmake 120\nlang/a%20b 7 8\nx 0\n".getBytes(ISO_8859_1);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean() ? (byte) random.nextInt(256) : bytes[random.nextInt(bytes.length)];
            }
            Files.write(log, bytes);
            try {
                MemoryScratch.at(directory, 1).sizedBy(log);
            } catch (HistoryException e) {
                assertThat(e.getMessage()).matches("(?s).*size.log:\\d+:\\d+: .+");
            }
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void whatIsNoRegularFileOrTooLargeIsRefused() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        Path large = directory.resolve("large");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(MemoryScratch.MOST_BYTES + 1); // It has no blocks.
        }
        MemoryScratch scratch = MemoryScratch.at(directory, 1);
        assertThatThrownBy(() -> scratch.sizedBy(fifo)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> scratch.sizedBy(Path.of("/dev/zero"))).hasMessageContaining("a FIFO, a device");
        assertThatThrownBy(() -> scratch.sizedBy(large)).hasMessageContaining("has more than 1073741824 bytes");
        Path wide = Files.writeString(directory.resolve("wide"), "t 1\n" + "x".repeat(LogLines.MAX_LINE + 1));
        assertThatThrownBy(() -> scratch.sizedBy(wide)).hasMessageContaining("wide:2:16385: the line has more than");
    }

    @Test
    void boundsAreChecked() {
        assertThatThrownBy(() -> MemoryScratch.at(Path.of("shm"), 1)).hasMessageContaining("absolute");
        assertThatThrownBy(() -> MemoryScratch.at(directory, 0)).hasMessageContaining("not 0");
    }
}
