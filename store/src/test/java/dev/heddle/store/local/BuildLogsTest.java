package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildLogsTest {

    private static final StorePath DRV = BuilderInputTest.path("thing.drv");

    @TempDir
    Path dir;

    private StoreLayout layout;
    private BuildLogs logs;

    @BeforeEach
    void begin() {
        layout = StoreLayout.in(dir);
        logs = new BuildLogs(Disk.system(), layout);
    }

    private Path place() {
        return layout.logs().resolve("drvs").resolve(DRV.baseName().substring(0, 2));
    }

    private void attempt(String text) throws IOException {
        try (OutputStream log = logs.begin(DRV)) {
            log.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String text(BuildLog log) throws IOException {
        try (InputStream in = log.open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(place())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String rest() {
        return DRV.baseName().substring(2);
    }

    @Test
    void derivationThatWasNeverBuiltHasNone() throws Exception {
        assertThat(logs.of(DRV)).isEmpty();
    }

    @Test
    void newestIsWhereNixLooksAndEarlierOnesAreKept() throws Exception {
        attempt("one\n");
        attempt("two\n");
        attempt("three\n");
        assertThat(names()).containsExactly(rest() + ".1.bz2", rest() + ".2.bz2", rest() + ".bz2");
        List<BuildLog> found = logs.of(DRV);
        assertThat(found).extracting(BuildLog::attempt).containsExactly(3, 2, 1);
        assertThat(found).allMatch(BuildLog::isComplete);
        assertThat(text(found.get(0))).isEqualTo("three\n");
        assertThat(text(found.get(2))).isEqualTo("one\n");
    }

    @Test
    void runningLogCanBeReadToItsLastByte() throws Exception {
        attempt("before\n");
        OutputStream running = logs.begin(DRV);
        running.write("half a li".getBytes(StandardCharsets.UTF_8));
        BuildLog newest = logs.of(DRV).get(0);
        assertThat(newest.isComplete()).isFalse();
        assertThat(text(newest)).isEqualTo("half a li");
        running.close();
        assertThat(text(logs.of(DRV).get(0))).isEqualTo("half a li");
    }

    @Test
    @Tag("L32")
    void logOfAProcessThatWasKilledBecomesAnEarlierOne() throws Exception {
        Files.createDirectories(place());
        Files.writeString(place().resolve(rest()), "cut o");
        // The same process may have been killed while it compressed.
        Files.writeString(place().resolve(rest() + ".bz2"), "BZh9");
        attempt("next\n");
        List<BuildLog> found = logs.of(DRV);
        assertThat(found).hasSize(2);
        assertThat(text(found.get(0))).isEqualTo("next\n");
        assertThat(text(found.get(1))).isEqualTo("cut o");
    }

    @Test
    void atMostSoManyEarlierAttemptsAreKept() throws Exception {
        for (int i = 0; i < BuildLogs.MOST_EARLIER + 4; i++) {
            attempt("attempt " + i);
        }
        List<BuildLog> found = logs.of(DRV);
        assertThat(found).hasSize(BuildLogs.MOST_EARLIER + 1);
        assertThat(text(found.get(0))).isEqualTo("attempt " + (BuildLogs.MOST_EARLIER + 3));
        assertThat(text(found.get(BuildLogs.MOST_EARLIER))).isEqualTo("attempt 3");
    }

    @Test
    void earlierAttemptsAreKeptUpToANumberOfBytes() throws Exception {
        attempt("one");
        attempt("two");
        // A sparse file stands for a log of that size.
        try (RandomAccessFile file =
                new RandomAccessFile(place().resolve(rest() + ".1.bz2").toFile(), "rw")) {
            file.setLength(BuildLogs.MOST_EARLIER_BYTES);
        }
        attempt("three");
        assertThat(names()).containsExactly(rest() + ".2.bz2", rest() + ".bz2");
    }

    @Test
    void logsOfOtherDerivationsInTheSameDirectoryAreLeftAlone() throws Exception {
        Files.createDirectories(place());
        List<String> others = new ArrayList<>(List.of(rest() + ".x.bz2", rest() + "2.bz2", rest() + ".01.bz2"));
        for (String other : others) {
            Files.writeString(place().resolve(other), "x");
        }
        for (int i = 0; i < BuildLogs.MOST_EARLIER + 4; i++) {
            attempt("x");
        }
        assertThat(names()).containsAll(others);
    }

    @Test
    void largeLogComesBackAsItWas() throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        try (OutputStream log = logs.begin(DRV)) {
            log.write(bytes);
        }
        try (InputStream in = logs.of(DRV).get(0).open()) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
    }
}
