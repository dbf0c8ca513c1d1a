package dev.heddle.store.local;

import dev.heddle.core.Command;
import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * How builders are kept apart from the machine. Immutable; any thread.
 *
 * <p>A private builder sees its inputs and nothing else of the store, a fresh {@code /build}, {@code /tmp} and {@code /dev}, and
 * the few files that the settings allow. It has no network but loopback, unless its output's hash is fixed. All its processes
 * die with it.
 */
interface Confinement {

    /** Whether builders are private. If not, they see the machine as it is, and make their outputs in the store itself. */
    boolean isPrivate();

    /** The builder's own directory, as it sees it. */
    String directory(BuildRoom room);

    /**
     * The command that runs a builder.
     *
     * @throws BuildFailure if it cannot be run so
     */
    Command command(Call call) throws IOException;

    /** The beginning of an argument list whose rest is a program that runs with Nix's umask, whatever this process has. */
    static List<String> withUmask() {
        return new ArrayList<>(List.of(SandboxProbe.SHELL.toString(), "-c", "umask 022; exec \"$@\"", "sh"));
    }

    /**
     * A builder that is to be run.
     *
     * @param program the builder
     * @param arguments what it is given
     * @param environment its whole environment
     * @param room its directories
     * @param inputs the store paths that it may see
     * @param network whether it may use the network
     */
    record Call(
            String program,
            List<String> arguments,
            SortedMap<String, String> environment,
            BuildRoom room,
            Collection<StorePath> inputs,
            boolean network) {}

    /** None: the builder is a group of processes like any other. */
    record Open() implements Confinement {
        @Override
        public boolean isPrivate() {
            return false;
        }

        @Override
        public String directory(BuildRoom room) {
            return room.build().toString();
        }

        @Override
        public Command command(Call call) {
            List<String> argv = new ArrayList<>(List.of(call.program()));
            argv.addAll(call.arguments());
            Command command = Command.of(argv).in(call.room().build()).cleanEnv();
            for (Map.Entry<String, String> variable : call.environment().entrySet()) {
                command = command.env(variable.getKey(), variable.getValue());
            }
            return command;
        }
    }
}
