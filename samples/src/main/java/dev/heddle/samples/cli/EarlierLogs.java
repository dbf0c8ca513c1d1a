package dev.heddle.samples.cli;

import dev.heddle.logmux.Journal;
import dev.heddle.logmux.JournalReader;
import dev.heddle.logmux.JournalTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** How much the jobs of an earlier build said, out of its recording. */
final class EarlierLogs {

    /** A longer recording is not read: the build is not to wait for it. */
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    private EarlierLogs() {}

    /** Sizes by task; 0 for all if there is no recording, or none that can be read. */
    static ToLongFunction<String> sizes(Path recording) {
        Map<String, Long> sizes = new HashMap<>();
        try {
            if (Files.isRegularFile(recording)) {
                long length = Files.size(recording);
                if (length > 0 && length <= MOST_BYTES) {
                    read(recording, sizes);
                }
            }
        } catch (IOException e) {
            // Only the progress of jobs is unknown then; a recording that is no recording is told of when it is
            // written.
            sizes.clear();
        }
        return task -> sizes.getOrDefault(task, 0L);
    }

    private static void read(Path recording, Map<String, Long> sizes) throws IOException {
        try (JournalReader reader = Journal.open(recording)) {
            for (JournalTask task : reader.tasks()) {
                if (task.ending() != null && !task.ending().isFailure()) {
                    sizes.put(task.job().task(), task.totalBytes());
                }
            }
        }
    }
}
