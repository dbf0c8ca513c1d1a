package dev.heddle.samples.cli;

import dev.heddle.core.JobEnding;
import dev.heddle.logmux.Journal;
import dev.heddle.logmux.JournalReader;
import dev.heddle.logmux.JournalTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How much the jobs of an earlier build said, and how long they took, out of its recording.
 *
 * @param bytes how much, by task
 * @param nanos how long, by task, in nanoseconds
 */
record EarlierLogs(Map<String, Long> bytes, Map<String, Long> nanos) {

    /** A longer recording is not read: the build is not to wait for it. */
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    /** Those of a recording; none if there is no recording, or none that can be read. */
    static EarlierLogs of(Path recording) {
        EarlierLogs logs = new EarlierLogs(new HashMap<>(), new HashMap<>());
        try {
            if (Files.isRegularFile(recording)) {
                long length = Files.size(recording);
                if (length > 0 && length <= MOST_BYTES) {
                    logs.read(recording);
                }
            }
        } catch (IOException e) {
            // Only the progress of jobs is unknown then; a recording that is no recording is told of when it is
            // written.
            return new EarlierLogs(Map.of(), Map.of());
        }
        return logs;
    }

    private void read(Path recording) throws IOException {
        try (JournalReader reader = Journal.open(recording)) {
            for (JournalTask task : reader.tasks()) {
                JobEnding ending = task.ending();
                Duration elapsed = task.elapsed();
                if (ending != null && elapsed != null && !ending.isFailure()) {
                    bytes.put(task.job().task(), task.totalBytes());
                    nanos.put(task.job().task(), elapsed.toNanos());
                }
            }
        }
    }
}
