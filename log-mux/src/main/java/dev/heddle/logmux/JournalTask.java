package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a journal tells of one job.
 *
 * @param source its number in the journal
 * @param session 1 for what the first writer of the journal wrote, 2 for the next
 * @param job what was known when it began; if its beginning is damaged, a name made from its number
 * @param live whether it had the stage to itself
 * @param orderGuessed whether its channels were read from different pipes, so that the order between them is that of arrival,
 *     which is a guess; the order on each channel is exact
 * @param started when it began
 * @param ended when it ended, or null if it is still running or was cut off
 * @param ending how it ended, or null if it is still running or was cut off
 * @param stoodStill how long the process that wrote the journal stood still in between; 0 while it has not ended
 * @param bytes number of bytes on each channel that has any
 * @param masked how many secrets were masked in what it said
 * @param offset where in the journal it begins
 * @param end where in the journal the last frame of it ends
 */
public record JournalTask(
        int source,
        int session,
        JobInfo job,
        boolean live,
        boolean orderGuessed,
        Instant started,
        @Nullable Instant ended,
        @Nullable JobEnding ending,
        Duration stoodStill,
        Map<Channel, Long> bytes,
        long masked,
        long offset,
        long end) {

    /** Copies the map. */
    public JournalTask {
        bytes = Map.copyOf(bytes);
    }

    /** How long it took, without the time in which the process stood still; null if it is still running or was cut off. */
    public @Nullable Duration elapsed() {
        if (ended == null) {
            return null;
        }
        Duration elapsed = Duration.between(started, ended).minus(stoodStill);
        return elapsed.isNegative() ? Duration.ZERO : elapsed;
    }

    /** Number of bytes on all channels. */
    public long totalBytes() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
