package dev.heddle.samples.cli;

import dev.heddle.core.process.ProcessRunner;
import dev.heddle.core.process.ProcessRunnerBuilder;
import java.util.Optional;

/**
 * Runs the jobs of the launcher in the environment of whoever called it.
 *
 * <p>The script {@code samples/heddle} gives the JVM a locale of its own by {@code LC_ALL}, and tells the caller's value in the
 * system property {@value #PROPERTY}: {@code set:VALUE} or {@code unset}. Without the property the environment is passed on as
 * it is.
 */
public final class JobProcesses {

    /** The system property that has the caller's {@code LC_ALL}. */
    static final String PROPERTY = "heddle.lc_all";

    private static final String VARIABLE = "LC_ALL";
    private static final String SET = "set:";

    private JobProcesses() {}

    /** A new runner; the caller closes it. */
    public static ProcessRunner runner() {
        ProcessRunnerBuilder builder = ProcessRunner.builder();
        String told = System.getProperty(PROPERTY);
        if (told != null) {
            builder.environment(VARIABLE, value(told).orElse(null));
        }
        return builder.build();
    }

    private static Optional<String> value(String told) {
        return told.startsWith(SET) ? Optional.of(told.substring(SET.length())) : Optional.empty();
    }
}
