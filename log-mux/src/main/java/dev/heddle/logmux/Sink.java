package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where groups go: a terminal, a file, whatever an embedder makes of them.
 *
 * <p><b>Threads.</b> Every sink of a multiplexer has a thread of its own, which alone calls it; a slow sink delays neither
 * jobs nor other sinks. An implementation must not call the multiplexer it belongs to, except {@code message}.
 *
 * <p><b>Failure.</b> A sink that throws is closed and left out from then on, which the engine says once to the others.
 */
public interface Sink extends AutoCloseable {

    /** Takes a group. */
    void write(Group group) throws IOException;

    /**
     * A source has ended; all its groups were written before.
     *
     * @param source number of the source
     * @param job what is known of it, or null if its beginning is damaged in the recording
     * @param ending how it ended
     */
    default void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {}

    /**
     * A fact about the build that was recorded with the output, as {@link OutputMultiplexer#events} chooses them. Stands where
     * it happened among the words of the engine and the ends of the sources; what a strategy holds back comes later.
     *
     * @param event the fact
     */
    default void event(BuildEvent event) throws IOException {}

    /** Whether {@link #event} does anything; otherwise facts are not even read, which is faster. Asked once, before anything else. */
    default boolean mindsEvents() {
        return true;
    }

    /**
     * What is told when jobs began and ended, before the groups that they said then; null for a sink that does not want to know.
     * It is called on the sink's thread. Asked for once, before anything else.
     */
    default @Nullable JobTimes times() {
        return null;
    }

    /**
     * Something is missing from what the sink was given: it was too slow and {@linkplain #maySkip may skip}, or the bytes
     * were kept in memory only and had to go.
     *
     * @param bytes how many bytes
     * @param sources of how many sources
     */
    default void skipped(long bytes, int sources) throws IOException {}

    /**
     * Some of what a job said is left out at this place, because it was too much for a person who watches; it stands in the
     * journal. Only a sink that {@linkplain #maySkip may skip} is told.
     *
     * @param source number of the source
     * @param job what is known of it, or null if its beginning is damaged in the recording
     * @param bytes how many bytes
     */
    default void clipped(int source, @Nullable JobInfo job, long bytes) throws IOException {}

    /**
     * Whether it makes a difference to this sink that a line is put on a channel by {@link LineRules}, because it shows it in
     * another colour or not at all. Otherwise it is given lines on the channel they were said on, which is faster. Asked once for
     * each channel, when the multiplexer is built.
     */
    default boolean minds(Channel channel) {
        return true;
    }

    /**
     * Whether it wants to be told the {@linkplain #summary summary} of the build. Asked once, before anything else.
     */
    default boolean summarizes() {
        return false;
    }

    /**
     * The build is over, everything else was given to this sink, and everything that jobs said was looked through: this came of
     * it. Called at most once, as the last before {@link #close}, and only if the sink {@linkplain #summarizes wants it}; not when
     * something of the build could not be looked through.
     *
     * @param summary what came of the build
     */
    default void summary(BuildSummary summary) throws IOException {}

    /** The file or folder that is there for people when the sink was closed, as the summary names it; null if there is none. */
    default @Nullable Path file() {
        return null;
    }

    /** Nothing more is at hand for now: a buffered sink passes on what it has. */
    void flush() throws IOException;

    /** Lets go of what the sink holds. Called once, by the multiplexer. */
    @Override
    void close() throws IOException;

    /**
     * Whether what this sink took before it failed can be found by who looks for it. Asked once, on the sink's thread, when it has
     * failed and was closed. A report that takes its name only when it is whole says no, as does a log whose file was removed.
     */
    default boolean leavesPart() {
        return true;
    }

    /**
     * Whether the sink is for a person who watches: when it cannot keep up it is not given what it missed, but told how much
     * that was, and so it is when a job says more than anybody can read: of a block of more than 64 KiB that was held back it
     * is given the first and the last 32 KiB, of a job that says more than 2 MiB a second the last 64 KiB every now and then.
     * A sink that is not is given everything, however late. Asked once, when the multiplexer is built.
     */
    default boolean maySkip() {
        return false;
    }
}
