package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who opens the files of the database: SQLite alone, since the locks of a process on a file are gone when anybody in it closes
 * another descriptor of that file.
 */
@Tag("peer")
@Timeout(120)
final class DatabaseDescriptorsTest {

    private static final int GOODS = 8;
    private static final int CHORES = 30;

    @TempDir
    Path directory;

    @Test
    @Tag("D02")
    void onlySqliteOpensTheFilesOfTheDatabase() throws Exception {
        assumeTrue(Programs.isThere("strace"), "strace is not installed");
        Path log = directory.resolve("opened");
        List<String> command = new ArrayList<>(
                List.of("strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=open,openat", "-o", log.toString()));
        command.addAll(Java.command(
                Worker.class, directory.resolve("s"), directory.resolve("sources"), GOODS, "random", CHORES, 1));
        Path errors = directory.resolve("errors");
        Process process = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("told").toFile())
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        List<String> opened = Files.readAllLines(log).stream()
                .filter(line -> line.matches(".*/db\\.sqlite(-\\w+)?\".*"))
                .toList();
        // SQLite asks for it always, plain Java I/O does not.
        assertThat(opened).isNotEmpty().allMatch(line -> line.contains("O_NOFOLLOW"));
    }
}
