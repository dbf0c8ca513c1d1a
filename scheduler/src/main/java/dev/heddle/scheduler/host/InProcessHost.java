package dev.heddle.scheduler.host;

import dev.heddle.core.Action;
import dev.heddle.core.Command;
import dev.heddle.core.Work;

/** Runs actions on threads of this JVM, one for each slot, and no commands. */
final class InProcessHost implements HostBackend {

    private static final RunningStep ENDED = grace -> {};

    private final HostSpec spec;
    private final ActionThreads slotted;
    private final ActionThreads unslotted;

    InProcessHost(HostSpec spec) {
        this.spec = spec;
        this.slotted = new ActionThreads("heddle-" + spec.name(), spec.slots());
        this.unslotted = new ActionThreads("heddle-" + spec.name() + "-io", spec.unslotted());
    }

    @Override
    public HostSpec spec() {
        return spec;
    }

    @Override
    public RunningStep start(HostJob job, Work work, StepObserver observer) {
        if (work instanceof Command command) {
            observer.ended(new StepEnd.NotStarted("host " + spec.name() + " runs no commands, so '" + command.display()
                    + "' cannot run there; use a local host"));
            return ENDED;
        }
        ActionRun run = new ActionRun(job, (Action) work, observer, null);
        (job.lease().slots() == 0 ? unslotted : slotted).execute(run);
        return run;
    }

    @Override
    public boolean queuesAhead() {
        return true;
    }

    @Override
    public void close() {
        slotted.close();
        unslotted.close();
    }
}
