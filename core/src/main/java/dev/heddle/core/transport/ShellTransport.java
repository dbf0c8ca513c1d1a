package dev.heddle.core.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A way to run programs on another machine, with their standard input and both outputs on this one: what to execute here so
 * that a program runs there. {@link SshCommand} is one; {@code srun} or {@code kubectl exec} make others.
 *
 * <p>Programs run in groups that share a connection: the {@linkplain #first first} of a group makes it, {@linkplain #further
 * further} ones join it. The end of the first is the end of the connection. Implementations are immutable.
 */
public interface ShellTransport {

    /** The other machine, for messages. */
    String name();

    /**
     * What to execute here to run {@code program} over a connection of its own.
     *
     * @param directory of the connection, empty, readable by its owner only, with a path of at most {@value
     *     #LONGEST_DIRECTORY} bytes
     * @param program and its arguments, in ASCII without line feeds
     */
    List<String> first(Path directory, List<String> program);

    /**
     * What to execute here to run {@code program} over the connection that a {@link #first} has made in {@code directory}. It
     * must fail rather than make a connection of its own.
     */
    List<String> further(Path directory, List<String> program);

    /** How many programs one connection carries at once, the first included; at least 2. */
    int mostPrograms();

    /**
     * What a {@link #further} program said on standard error and that was not the program's own word, told so that a person
     * knows what to do; as it is unless the transport knows better.
     *
     * @param said in one line, at most a few thousand characters, empty if it said nothing
     */
    default String explain(String said) {
        return said;
    }

    /** How long to wait for a connection. */
    Duration patience();

    /** The longest path of a connection's directory. */
    int LONGEST_DIRECTORY = 64;
}
