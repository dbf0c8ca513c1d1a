package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadTest {

    private static final long BYTES = 200L * 1024 * 1024;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"task, lines", "stage, lines", "task, one line", "indented, one line"})
    void twoHundredMegabytesAndAThousandJobsPassThroughLittleMemory(String strategy, String form) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx48m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Flood.class.getName(),
                        directory.toString(),
                        Long.toString(BYTES),
                        strategy,
                        form)
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(said).isZero();
        assertThat(said).contains("closed after");
        try (JournalReader reader = Journal.open(directory.resolve("flood.hlog"))) {
            JournalStatistics statistics = reader.statistics();
            assertThat(statistics.damaged() + statistics.torn()).isZero();
            assertThat(statistics.jobs()).isEqualTo(Flood.JOBS + 1);
            assertThat(reader.lastOf("flood").orElseThrow().totalBytes()).isEqualTo(BYTES);
            assertThat(statistics.framingPercent()).isLessThan(0.1);
            assertThat(reader.tasks()).allMatch(task -> task.ending() != null);
        }
        assertThat(Files.size(directory.resolve("flood.txt"))).isGreaterThan(BYTES);
    }

    @Test
    void aThousandJobsAtOnceChangePlacesOncePerJobUnderTaskAndKeepTheDelayUnderStage() throws Exception {
        byte[] journal = Recordings.chatty(1000).journal();
        for (GroupingStrategy strategy : GroupingStrategy.all()) {
            try (JournalReader reader = new JournalReader(new MemoryBytes(journal))) {
                ViewStatistics statistics = reader.replay(strategy, new CheckingSink());
                if (strategy.name().equals("task") || strategy.name().equals("stage")) {
                    assertThat(statistics.switches()).as(strategy.name()).isEqualTo(999);
                }
                assertThat(Duration.ofNanos(statistics.maxDelayNanos())).isLessThan(Duration.ofSeconds(5));
            }
        }
    }
}
