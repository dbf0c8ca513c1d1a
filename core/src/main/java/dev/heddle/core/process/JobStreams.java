package dev.heddle.core.process;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files to which a job's streams are opened.
 *
 * @param berth the number of its berth, by which its end is told
 * @param out the FIFO for standard output
 * @param err the FIFO for standard error, or null where it goes to {@code out}
 * @param in the file that it reads, or null for nothing
 */
record JobStreams(
        int berth, Path out, @Nullable Path err, @Nullable Path in) {}
