package dev.heddle.scheduler;

import dev.heddle.core.Action;
import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.Expansion;
import dev.heddle.core.GraphException;
import dev.heddle.core.GraphJson;
import dev.heddle.core.JobContext;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.Step;
import dev.heddle.core.TaskAttributes;
import dev.heddle.core.TaskSource;
import dev.heddle.core.TaskSpec;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One use of a {@link Listing}: its source, on a thread of its own, brings the task whose job runs the command, and then reads what
 * that job prints.
 *
 * <p>{@link #feed} belongs to the source's thread, {@link #list} to that of the job, {@link #awaitsItsJob} to the loop's.
 */
final class ListingRun implements TaskSource {

    private static final String STEP = "list";

    private final Listing listing;
    private final Lister lister = new Lister();
    private final ListingPipe pipe = new ListingPipe();
    /** What is wrong with the records; there when all are read. */
    private final CompletableFuture<Optional<String>> verdict = new CompletableFuture<>();

    // Guarded by this.
    private boolean begun;
    private @Nullable Thread job;
    private boolean tooMany;

    ListingRun(Listing listing) {
        this.listing = listing;
    }

    /** What is to feed a build for a source: a use of it if it is a listing, whose task is then wanted as well. */
    static TaskSource begin(TaskSource source, Set<String> targets) {
        if (!(source instanceof Listing listing)) {
            return source;
        }
        targets.add(listing.name());
        return new ListingRun(listing);
    }

    /** The work of a listing's task. */
    private final class Lister implements Action {
        @Override
        public void run(JobContext context) throws Exception {
            list(context);
        }
    }

    /** Whether a task lists others. */
    static boolean isListing(TaskAttributes task) {
        return task.steps().size() == 1 && task.steps().get(0).work() instanceof Lister;
    }

    String name() {
        return listing.name();
    }

    @Override
    public void feed(Feed feed) throws Exception {
        feed.add(Expansion.builder().task(task()).build(), name());
        Bounded records = new Bounded(feed);
        try {
            records.read();
        } catch (InterruptedException | InterruptedIOException e) {
            // Only the end of the build interrupts a source; what that means for the job is told of the job.
            verdict.complete(Optional.of("the build ended before all was listed"));
        } finally {
            pipe.abandon();
            verdict.complete(records.verdict());
        }
    }

    private TaskSpec task() {
        return TaskSpec.named(name())
                .description(listing.command().display())
                .slots(listing.isExtra() ? 0 : 1)
                .step(Step.of(STEP, lister))
                .build();
    }

    /**
     * Whether nothing comes before the job was given a host. If there is no such job, or none any more, its source is told to end.
     */
    boolean awaitsItsJob(LiveGraph graph, TaskStates states) {
        int task = graph.indexOf(name());
        if (task < 0) {
            return false;
        }
        boolean own =
                graph.task(task).steps().stream().anyMatch(step -> step.work().equals(lister));
        if (own && states.outcome(task) == null) {
            return true;
        }
        pipe.end();
        return false;
    }

    private void list(JobContext context) throws Exception {
        Integer exitCode = null;
        begin();
        try {
            Command command = listing.command().capture(Command.Capture.LABELLED);
            exitCode = context.host().run(command, new Divided(pipe, context.output()));
        } catch (InterruptedException e) {
            if (!end() || context.isCancelled()) {
                throw e;
            }
        } finally {
            if (end() && !context.isCancelled()) {
                Thread.interrupted();
            }
            pipe.end();
        }
        String wrong = verdict().orElse(null);
        if (exitCode != null && !listing.command().expectedExitCodes().contains(exitCode)) {
            throw new StepFailure(new FailureCause.Exit(exitCode));
        }
        if (wrong != null) {
            throw new StepFailure(new FailureCause.Rejected(wrong));
        }
    }

    private Optional<String> verdict() throws InterruptedException {
        try {
            return verdict.get();
        } catch (ExecutionException e) {
            throw new AssertionError("BUG: a verdict is never an exception", e);
        }
    }

    private synchronized void begin() throws StepFailure {
        if (begun) {
            throw new StepFailure(new FailureCause.Rejected(
                    "it was interrupted and is not begun again: what it listed before would come twice"));
        }
        begun = true;
        job = Thread.currentThread();
    }

    /** The command has ended: its thread is interrupted no more. Whether it was ended because it lists too much. */
    private synchronized boolean end() {
        job = null;
        return tooMany;
    }

    private synchronized void endCommand() {
        tooMany = true;
        if (job != null) {
            job.interrupt();
        }
    }

    /** Reads the records and hands them on, as far as they are within the bounds. */
    private final class Bounded implements Feed {
        private final Feed feed;
        private int taken;
        private int broken;
        private @Nullable String firstBroken;
        /** Why the command was ended before it had listed all, or null. */
        private @Nullable String cut;

        Bounded(Feed feed) {
            this.feed = feed;
        }

        void read() throws Exception {
            try {
                GraphJson.lines(pipe, name()).feed(this);
            } catch (TooMany e) {
                cut = e.words;
                endCommand();
                feed.refuse(e.words);
            } catch (GraphException refusedAlready) {
                // Each broken line was told when it was read.
            }
        }

        /** What is wrong with the records, or nothing. */
        Optional<String> verdict() {
            String told = broken < 2 ? firstBroken : firstBroken + "; " + (broken - 1) + " more after it are broken";
            String end = cut;
            return end == null || told == null
                    ? Optional.ofNullable(end == null ? told : end)
                    : Optional.of(end + "; " + told);
        }

        @Override
        public void add(Expansion expansion, String place) throws InterruptedException {
            count(place);
            for (TaskSpec task : expansion.tasks()) {
                if (task.name().length() > Listing.MOST_NAME) {
                    tell(place + ": the name of a task is longer than " + Listing.MOST_NAME + " characters");
                    return;
                }
                // Nothing that tells of it could tell it from another such name.
                if (task.name().codePoints().anyMatch(code -> Character.getType(code) == Character.SURROGATE)) {
                    tell(place + ": the name of a task has half a surrogate pair in it; write characters of Unicode");
                    return;
                }
            }
            feed.add(expansion, place);
        }

        /** A line that is no record counts as one: a command may print nothing else, and without end. */
        @Override
        public void refuse(String problem) throws InterruptedException {
            count(name());
            tell(problem);
        }

        private void count(String place) {
            if (++taken > listing.most()) {
                throw new TooMany(place + ": more than " + listing.most()
                        + " records; if they are meant, allow for more, otherwise mend what lists them");
            }
        }

        private void tell(String problem) throws InterruptedException {
            if (broken == Listing.MOST_BROKEN) {
                throw new TooMany(name() + ": more than " + Listing.MOST_BROKEN
                        + " records are broken, so the command is ended; mend what lists them");
            }
            broken++;
            firstBroken = firstBroken == null ? problem : firstBroken;
            feed.refuse(problem);
        }
    }

    private static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String words;

        TooMany(String words) {
            this.words = words;
        }
    }

    /** What a listing prints: records on its standard output, and all else as the output of its job. */
    private record Divided(ListingPipe records, JobOutput rest) implements JobOutput {
        @Override
        public void write(Channel channel, byte[] bytes, int offset, int length) {
            if (channel == Channel.STDOUT) {
                records.write(bytes, offset, length);
            } else {
                rest.write(channel, bytes, offset, length);
            }
        }

        @Override
        public void finish(Outcome outcome) {
            // The job's own output is finished by the build.
        }

        @Override
        public void close() {
            // As above.
        }
    }
}
