package dev.heddle.logmux.sink;

import dev.heddle.logmux.Sink;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes logs of one type. An implementation that is to be chosen by its class name, as {@link Sinks#factory} does, is public and
 * has a public constructor without parameters.
 */
@FunctionalInterface
public interface SinkFactory {

    /**
     * Opens a log in place of one that is there. What it cannot write later, the sink throws.
     *
     * @param directory where it goes; exists
     * @param name name of the file without its ending, which the type decides
     * @throws IOException if the log cannot be opened; the message names the file
     */
    Sink open(Path directory, String name) throws IOException;
}
