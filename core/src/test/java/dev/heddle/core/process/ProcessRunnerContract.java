package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link ProcessRunner} does. */
@Timeout(120)
abstract class ProcessRunnerContract implements CommandContract, OutputContract, EndContract, KillContract {

    @TempDir
    Path directory;

    private ProcessRunner runner;

    @BeforeEach
    void openRunner() {
        runner = open(ProcessRunner.builder().drainGrace(GRACE));
    }

    @AfterEach
    void closeRunner() {
        if (runner != null) { // null where the test was skipped because the shell is missing
            runner.close();
        }
    }

    @Override
    public ProcessRunner runner() {
        return runner;
    }

    @Override
    public Path directory() {
        return directory;
    }

    static ProcessEnd end(RunningProcess process) {
        try {
            return process.ended().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static void awaitDeath(long pid) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (isRunning(pid)) {
            assertThat(System.nanoTime()).as("process %d lives on", pid).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** A zombie whose parent takes its time counts as dead. */
    static boolean isRunning(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }
}
