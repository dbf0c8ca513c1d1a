package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class LineFileTest {

    @TempDir
    Path temporary;

    @Test
    @Timeout(60)
    void aFifoInItsPlaceIsRefusedAndNotWaitedFor() throws Exception {
        Path fifo = temporary.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        LineFile file = LineFile.behind(fifo);
        List<String> complaints = new ArrayList<>();
        file.line("a");
        file.close();
        file.tellFailure(complaints::add);

        assertThat(complaints)
                .containsExactly(fifo + " cannot be written: there is a FIFO, a device or a socket in the place of the"
                        + " file; move it away");
        assertThat(file.missing()).isEqualTo(1);
    }

    @Test
    void nothingIsMadeBeforeTheFirstLine() {
        LineFile file = LineFile.behind(temporary.resolve("a"));
        file.flush();
        file.close();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void noMoreThanTheBufferWaitsAndWhatIsInTheFileEndsWithALine() throws IOException {
        Path path = temporary.resolve("deep").resolve("a");
        LineFile file = LineFile.behind(path);
        String line = "x".repeat(999);
        for (int lines = 1; lines <= 300; lines++) {
            file.line(line);
            long written = Files.exists(path) ? Files.size(path) : 0;
            assertThat(written % 1_000).isZero();
            assertThat(lines * 1_000L - written).isBetween(0L, (long) LineFile.BUFFER);
        }
        file.close();
        assertThat(Files.size(path)).isEqualTo(300_000);
        assertThat(file.missing()).isZero();
    }

    @Test
    void aLineLongerThanTheBufferKeepsItsPlace() throws IOException {
        Path path = temporary.resolve("a");
        LineFile file = LineFile.behind(path);
        String wide = "w".repeat(3 * LineFile.BUFFER);
        file.line("before");
        file.line(wide);
        file.line("after");
        file.close();
        assertThat(Files.readAllLines(path)).isEqualTo(List.of("before", wide, "after"));
    }

    @Test
    void aLineThatACrashCutIsEnded() throws IOException {
        Path path = Files.writeString(temporary.resolve("a"), "whole\ncut");
        LineFile file = LineFile.behind(path);
        file.line("new");
        file.close();
        assertThat(Files.readString(path)).isEqualTo("whole\ncut\nnew\n");
    }

    @Test
    void whatCannotBeWrittenIsCounted() {
        LineFile file = LineFile.behind(temporary);
        file.line("one");
        file.line("two");
        assertThat(file.failure()).isNull();
        file.flush();
        assertThat(file.failure()).isNotNull();
        assertThat(file.missing()).isEqualTo(2);
        file.line("three");
        file.close();
        assertThat(file.missing()).isEqualTo(3);
    }
}
