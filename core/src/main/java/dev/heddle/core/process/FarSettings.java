package dev.heddle.core.process;

import dev.heddle.core.transport.ShellTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a runner of far commands was asked for.
 *
 * @param transport how shells are reached
 * @param here the directory of commands that name none
 * @param drainGrace how long output is awaited after a command has ended
 * @param mostIdle how many agents are kept while idle
 * @param lease how long commands live on over there when nothing is heard from here
 * @param session program and arguments that start what follows them in a session of its own
 * @param temporary where the runner makes its directory, or null for the system's place
 */
record FarSettings(
        ShellTransport transport,
        Path here,
        Duration drainGrace,
        int mostIdle,
        Duration lease,
        List<String> session,
        @Nullable Path temporary) {

    /** How often the other side is told that somebody is here. */
    Duration beatPeriod() {
        return Duration.ofSeconds(Math.max(1, lease.toSeconds() / 8));
    }

    /** After so long a silence the line counts as dead. */
    Duration silence() {
        return lease.multipliedBy(3).dividedBy(4);
    }

    /**
     * How long after the last message from here, and its way, nothing runs any more over there: the lease, and what clocks that
     * count seconds, looking once a second, and the killing may take.
     */
    Duration fence() {
        return lease.plusSeconds(Math.max(3, lease.toSeconds() / 4));
    }
}
