package dev.heddle.scheduler;

import dev.heddle.core.Expansion;
import dev.heddle.core.GraphException;
import dev.heddle.core.GrowingGraph;
import dev.heddle.core.Outcome;
import dev.heddle.core.TaskSource;
import dev.heddle.core.event.TaskState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What is added to the graph while it is built: by task sources, each on a thread of its own, and by jobs.
 *
 * <p>Owned by the loop's thread, but for the sources' threads, which leave messages.
 */
final class Discovery {

    /** Expansions of sources that the loop has not seen yet, at most. */
    private static final int AHEAD = 64;
    /** Problems kept; further ones are only counted. */
    private static final int PROBLEMS = 1_000;

    private final LiveGraph graph;
    private final Desk desk;
    private final Events events;
    private final Inbox inbox;
    /** Targets that have not come yet; null if everything is wanted. */
    private final @Nullable Set<String> missingTargets;

    /** Tasks whose jobs added to the graph. */
    private final Set<Integer> expanded = new HashSet<>();

    private final Semaphore ahead = new Semaphore(AHEAD);
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private int moreProblems;
    private final Set<TaskSource> feeding = new HashSet<>();
    /** Set by the loop, read by the sources. */
    private volatile boolean stopped;

    Discovery(LiveGraph graph, Desk desk, Events events, Inbox inbox, @Nullable Set<String> missingTargets) {
        this.graph = graph;
        this.desk = desk;
        this.events = events;
        this.inbox = inbox;
        this.missingTargets = missingTargets == null ? null : new LinkedHashSet<>(missingTargets);
    }

    /** Starts the sources. */
    void start(List<TaskSource> sources) {
        for (TaskSource source : sources) {
            feeding.add(source);
            Thread thread = new Thread(() -> feed(source), "heddle-source-" + (threads.size() + 1));
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        if (feeding.isEmpty()) {
            end();
        }
    }

    /** What the threads of the sources are given. */
    private final class Entrance implements TaskSource.Feed {
        @Override
        public void add(Expansion expansion, String place) throws InterruptedException {
            enter(() -> take(expansion, place));
        }

        @Override
        public void refuse(String problem) throws InterruptedException {
            enter(() -> {
                ahead.release();
                problem(problem);
            });
        }

        private void enter(Runnable message) throws InterruptedException {
            ahead.acquire();
            if (stopped) {
                throw new InterruptedException("the build stops");
            }
            if (!inbox.post(message)) {
                ahead.release();
                throw new InterruptedException("the build is over");
            }
        }
    }

    private void feed(TaskSource source) {
        String problem = null;
        try {
            source.feed(new Entrance());
        } catch (InterruptedException e) {
            problem = "a source of tasks was interrupted";
        } catch (Throwable e) { // The worker's entry: the source is the embedder's code.
            problem = "a source of tasks failed: " + (e.getMessage() == null ? e : e.getMessage());
        }
        String told = problem;
        inbox.post(() -> sourceEnded(source, told));
    }

    private void take(Expansion expansion, String place) {
        ahead.release();
        String refused = refusal(expansion);
        if (refused != null) {
            problem(place + ": " + refused);
            return;
        }
        try {
            grown(graph.add(expansion, place));
        } catch (GraphException e) {
            problem(String.valueOf(e.getMessage()));
        }
    }

    private void sourceEnded(TaskSource source, @Nullable String problem) {
        feeding.remove(source);
        if (problem != null) {
            problem(problem);
        }
        if (feeding.isEmpty()) {
            end();
        }
    }

    private void end() {
        for (GrowingGraph.Dangling dangling : graph.endOfSource()) {
            int task = dangling.task();
            if (desk.states().is(task, TaskStates.WANTED) && desk.states().outcome(task) == null) {
                desk.fail(
                        task, new Outcome.Failed("", new Outcome.FailureCause.Rejected(dangling.message()), List.of()));
            } else {
                problem(dangling.message());
            }
        }
        if (missingTargets != null) {
            missingTargets.forEach(name -> problem("no task named '" + name + "' was found"));
        }
        if (!threads.isEmpty()) {
            events.graphChanged(true);
        }
        desk.readiness().endDiscovery();
    }

    /** Whether tasks may still come from a source. */
    boolean isFeeding() {
        return !feeding.isEmpty();
    }

    /** Whether tasks may come from a source although no job runs: a listing that waits for its job brings none before. */
    boolean isFeedingByItself() {
        boolean found = false;
        for (TaskSource source : feeding) {
            found |= !(source instanceof ListingRun listing && listing.awaitsItsJob(graph, desk.states()));
        }
        return found;
    }

    /** Ends the sources early: nothing more is taken from them. A second call does nothing. */
    void stop() {
        if (!stopped) {
            stopped = true;
            threads.forEach(Thread::interrupt);
        }
    }

    /** Waits for the threads of the sources to end, a bounded time for each. */
    void join(long millis) {
        for (Thread thread : threads) {
            try {
                thread.join(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /**
     * Takes what a job added whose steps are over. A further attempt at its task, made because what an earlier one had built could
     * not be fetched, adds nothing again.
     *
     * @return why it was refused, or null
     */
    @Nullable
    String expand(JobRun job) {
        List<Expansion> added = job.expansions();
        if (added.isEmpty() || expanded.contains(job.start.task())) {
            return null;
        }
        String place = "task '" + job.task.name() + "'";
        for (Expansion expansion : added) {
            String refused = expand(expansion, place);
            if (refused != null) {
                return refused;
            }
        }
        expanded.add(job.start.task());
        return null;
    }

    private @Nullable String expand(Expansion expansion, String place) {
        String refused = refusal(expansion);
        if (refused != null) {
            return place + ": " + refused;
        }
        try {
            grown(graph.add(expansion, place));
            return null;
        } catch (GraphException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** A dependency comes too late for a task that was started. */
    private @Nullable String refusal(Expansion expansion) {
        for (Expansion.LateDependency late : expansion.dependencies()) {
            int task = graph.indexOf(late.task());
            if (task < 0 || task >= desk.states().size()) {
                continue;
            }
            TaskState state = desk.states().state(task);
            // One that was skipped never started, and never will: what it needs besides does not matter.
            boolean ended = desk.states().outcome(task) != null && state != TaskState.IGNORED;
            // One that failed and has no end yet is only put aside until a person has mended something.
            boolean began = state == TaskState.RUNNING || state == TaskState.UNFINISHED || state == TaskState.FAILED;
            if (ended || began) {
                return "task '" + late.task() + "' was started before its dependency on '"
                        + late.dependency().task() + "' was known";
            }
        }
        return null;
    }

    private void grown(GrowingGraph.Growth growth) {
        IntList targets = new IntList();
        for (int i = 0; i < growth.taskCount(); i++) {
            if (isTarget(growth.firstTask() + i)) {
                targets.add(growth.firstTask() + i);
            }
        }
        Set<Integer> changed = new LinkedHashSet<>();
        for (int i = 0; i < growth.edgeCount(); i++) {
            if (growth.edgeSource(i) < growth.firstTask()) {
                changed.add(growth.edgeSource(i));
            }
        }
        IntList known = new IntList();
        changed.forEach(known::add);
        desk.grown(targets, known);
        events.graphChanged(false);
    }

    private boolean isTarget(int task) {
        if (missingTargets == null) {
            return true;
        }
        boolean target = missingTargets.remove(graph.task(task).name());
        for (String alias : graph.task(task).aliases()) {
            target |= missingTargets.remove(alias);
        }
        return target;
    }

    private void problem(String text) {
        events.error(text);
        if (problems.size() < PROBLEMS) {
            problems.add(text);
        } else {
            moreProblems++;
        }
    }

    /** What could not be taken, the first {@value #PROBLEMS} in full. */
    List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        if (moreProblems > 0) {
            all.add("and " + moreProblems + " more problems");
        }
        return all;
    }
}
