package dev.heddle.core;

/**
 * Decides whether a task must run: by file times, by content, or by a store that holds its outputs.
 *
 * <p>{@link #check} is called once for each task when its dependencies are done, on a worker thread, for several tasks at
 * once; it may do I/O. An exception from it fails the task.
 */
@FunctionalInterface
public interface Rebuilder {

    /** Says whether {@code task} must run, given how its direct dependencies ended. */
    Verdict check(Task task, DependencyOutcomes dependencies);

    /** A rebuilder for which every task must always run. */
    static Rebuilder always() {
        return (task, dependencies) -> new Verdict.MustRun("always runs");
    }

    /** How the direct dependencies of a task ended. */
    @FunctionalInterface
    interface DependencyOutcomes {
        /** The outcome of {@code dependency}, which must be a direct dependency that has ended. */
        Outcome of(Task dependency);
    }

    /** What a check found. */
    sealed interface Verdict {

        /**
         * The task must run.
         *
         * @param why what is missing or has changed, in a few words for people
         */
        record MustRun(String why) implements Verdict {}

        /**
         * The task need not run; its outcome is {@link Outcome.UpToDate}.
         *
         * @param why how this is known
         */
        record UpToDate(String why) implements Verdict {}

        /**
         * What the task makes was fetched; its outcome is {@link Outcome.Substituted}.
         *
         * @param from where it came from
         */
        record Substituted(String from) implements Verdict {}

        /**
         * The task is deliberately not built; its outcome is {@link Outcome.Ignored}, and what needs it is skipped. It is no
         * failure, but what is wanted and not there does not count as success either.
         *
         * @param why the reason, in a few words for people
         */
        record Ignored(String why) implements Verdict {}
    }
}
