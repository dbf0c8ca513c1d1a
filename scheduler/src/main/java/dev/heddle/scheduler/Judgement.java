package dev.heddle.scheduler;

import dev.heddle.core.Command;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.Step;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.scheduler.host.StepEnd;
import org.jspecify.annotations.Nullable;

/** What the end of a step, which neither ran into a limit nor was cancelled, means for it. */
final class Judgement {

    private Judgement() {}

    /** Why it failed; null if it did not. */
    static @Nullable FailureCause of(Step step, StepEnd end) {
        if (end instanceof StepEnd.Exited exited) {
            ProcessEnd how = exited.end();
            if (how.signal() > 0) {
                return new FailureCause.Signal(how.signal());
            }
            boolean expected = step.work() instanceof Command command
                    && command.expectedExitCodes().contains(how.exitCode());
            return expected ? null : new FailureCause.Exit(how.exitCode());
        }
        if (end instanceof StepEnd.Threw threw) {
            if (threw.thrown() instanceof StepFailure failure) {
                return failure.reason();
            }
            return new FailureCause.Thrown(threw.thrown());
        }
        if (end instanceof StepEnd.NotStarted not) {
            return new FailureCause.NotStarted(not.message());
        }
        return end instanceof StepEnd.Lost lost ? new FailureCause.NotStarted(lost.why()) : null;
    }
}
