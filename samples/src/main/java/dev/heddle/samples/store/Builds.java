package dev.heddle.samples.store;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.samples.cli.BuildOutput;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.LastWords;
import dev.heddle.samples.cli.Printable;
import dev.heddle.store.local.BuildResult;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.util.List;

/** Runs builds for the launcher, and makes one exit code of how they ended. Used by one thread. */
final class Builds {

    /** What the exit codes of builds have in common; the other bits tell what happened, and those of several add up. */
    private static final int FAILED_BUILD = 96;

    private final LocalStore store;
    private final BuildOutput output;

    /** Builds in {@code store}. */
    Builds(LocalStore store, BuildOutput output) {
        this.store = store;
        this.output = output;
    }

    /**
     * Builds all {@code targets}, whether others fail or not.
     *
     * @return the exit code
     */
    int run(List<BuildTargets.Target> targets, Mode mode) throws IOException, InterruptedException {
        int exitCode = ExitCode.DONE;
        for (BuildTargets.Target target : targets) {
            BuildResult result = store.build(target.derivation(), mode, output.multiplexer());
            if (!result.isSuccess()) {
                LastWords.say(Printable.line(result.summary()));
            }
            exitCode = together(exitCode, result.exitCode());
        }
        return exitCode;
    }

    /** The exit code of two things: as Nix, the bits of builds that failed add up, and hide other failures. */
    static int together(int one, int other) {
        boolean isBuild = one >= FAILED_BUILD && other >= FAILED_BUILD;
        return isBuild ? one | other : Math.max(one, other);
    }
}
