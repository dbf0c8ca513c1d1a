package dev.heddle.logmux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A recording of everything that jobs said, in the format of {@code docs/hlog.md}. An {@link OutputMultiplexer} writes it;
 * here it is read back.
 */
public final class Journal {

    private Journal() {}

    /**
     * Opens a journal to read, also while it is written.
     *
     * @throws dev.heddle.logmux.wire.WireFormatException if it does not begin as a journal does; damage further on is left out
     *     and counted
     * @throws IOException if it cannot be read; the message names the file and what is wrong
     */
    public static JournalReader open(Path path) throws IOException {
        return new JournalReader(new FileBytes(path));
    }

    /**
     * Opens a journal only to lead it into sinks, in memory that does not grow with the number of its jobs.
     *
     * @throws dev.heddle.logmux.wire.WireFormatException if it does not begin as a journal does; damage further on is left out
     * @throws IOException if it cannot be read; the message names the file and what is wrong
     */
    public static JournalReplay openReplay(Path path) throws IOException {
        return new JournalReplay(new FileBytes(path));
    }

    /**
     * Leads a whole journal through a strategy into sinks, one after the other, at once and always with the same result. The
     * sinks are closed.
     *
     * @return what was done for each sink
     * @throws IOException if the journal cannot be read or a sink throws it
     */
    public static List<ViewStatistics> replay(Path path, GroupingStrategy strategy, Sink... sinks) throws IOException {
        try (JournalReader reader = open(path)) {
            List<ViewStatistics> all = new ArrayList<>();
            for (Sink sink : sinks) {
                all.add(reader.replay(strategy, sink));
            }
            return all;
        }
    }
}
