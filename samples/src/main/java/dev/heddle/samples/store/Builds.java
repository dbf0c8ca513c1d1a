package dev.heddle.samples.store;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.BuildOutput;
import dev.heddle.samples.cli.BuildRun;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.JobProcesses;
import dev.heddle.samples.cli.LastWords;
import dev.heddle.samples.cli.Printable;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.store.Realise;
import dev.heddle.store.Substituters;
import dev.heddle.store.local.BuildResult;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs builds for the launcher, and makes one exit code of how they ended. Used by one thread. */
final class Builds {

    /** What the exit codes of builds have in common; the other bits tell what happened, and those of several add up. */
    private static final int FAILED_BUILD = 96;

    private final LocalStore store;
    private final BuildOutput output;
    private final AtomicInteger exitCode = new AtomicInteger();

    /** Builds in {@code store}. */
    Builds(LocalStore store, BuildOutput output) {
        this.store = store;
        this.output = output;
    }

    /**
     * Builds what is not valid of {@code targets}, and all that they need, at once as far as that goes.
     *
     * @param from is asked before anything is built
     * @param slots how many builds at once
     * @return the exit code
     */
    int realise(List<BuildTargets.Target> targets, Substituters from, int slots) throws IOException {
        Realise realise = new Realise(store, this::build, from);
        var graph = realise.graph(
                targets.stream().map(BuildTargets.Target::derivation).toList());
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.local(slots, JobProcesses::runner))
                .output(output.multiplexer())
                .rebuilder(realise.rebuilder())
                .listener(output.watch().listener())
                .build()) {
            int ended = BuildRun.run(scheduler, graph, List.of(), output);
            return ended == ExitCode.FAILED ? Math.max(ExitCode.FAILED, exitCode.get()) : ended;
        }
    }

    // A BuildService; called by threads of the scheduler.
    private Outcome build(StorePath path, Derivation derivation, Mode mode, JobOutput to) throws InterruptedException {
        try {
            BuildResult result = store.buildDerivation(path, derivation, mode, to);
            exitCode.accumulateAndGet(result.exitCode(), Builds::together);
            return result.outcome();
        } catch (IOException e) {
            exitCode.accumulateAndGet(ExitCode.FAILED, Builds::together);
            return new Outcome.Failed("", new Outcome.FailureCause.Thrown(e), List.of());
        }
    }

    /**
     * Builds all {@code targets} again, one at a time, whether others fail or not.
     *
     * @return the exit code
     */
    int again(List<BuildTargets.Target> targets, Mode mode) throws IOException, InterruptedException {
        for (BuildTargets.Target target : targets) {
            BuildResult result = store.build(target.derivation(), mode, output.multiplexer());
            if (!result.isSuccess()) {
                LastWords.say(Printable.line(result.summary()));
            }
            exitCode.accumulateAndGet(result.exitCode(), Builds::together);
        }
        return exitCode.get();
    }

    /** The exit code of two things: as Nix, the bits of builds that failed add up, and hide other failures. */
    static int together(int one, int other) {
        boolean areBuilds = one >= FAILED_BUILD && other >= FAILED_BUILD;
        return areBuilds ? one | other : Math.max(one, other);
    }
}
