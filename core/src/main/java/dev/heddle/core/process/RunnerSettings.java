package dev.heddle.core.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a runner was asked for, with the programs of this system that it needs.
 *
 * @param drainGrace how long output is awaited after a command has ended
 * @param mostIdle how many agents are kept while idle
 * @param temporary where the runner makes its directory, or null for the system's place
 * @param shell the shell of agents
 * @param agentsAreSh whether that is the same program as {@code /bin/sh}
 * @param session program and arguments that start what follows them in a session of its own
 * @param mkfifo the program that makes FIFOs, or null where there is none
 * @param env the program {@code env}
 * @param changes variables set or (null) unset in the environment of this JVM, which jobs then inherit
 * @param perl the program that runs a nursery, or null where there is none
 * @param mostDirect how many agents may live at once before a nursery starts the further ones
 */
record RunnerSettings(
        Duration drainGrace,
        int mostIdle,
        @Nullable Path temporary,
        Path shell,
        boolean agentsAreSh,
        List<String> session,
        @Nullable Path mkfifo,
        Path env,
        Map<String, @Nullable String> changes,
        @Nullable Path perl,
        int mostDirect) {

    /** What jobs inherit. */
    Map<String, String> environment() {
        Map<String, String> all = new HashMap<>(System.getenv());
        change(all);
        return all;
    }

    /** Makes the changes; all else stays as it is, byte for byte where the map is that of a process to be started. */
    void change(Map<String, String> variables) {
        changes.forEach((name, value) -> {
            if (value == null) {
                variables.remove(name);
            } else {
                variables.put(name, value);
            }
        });
    }
}
