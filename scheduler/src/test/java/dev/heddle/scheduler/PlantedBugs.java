package dev.heddle.scheduler;

import java.util.ArrayList;
import java.util.List;

/**
 * Bugs that are planted into a copy of the scheduler's sources to see whether the simulator finds them. Each takes one place in one
 * file and replaces it; nothing of it is in the product.
 */
final class PlantedBugs {

    /**
     * A bug.
     *
     * @param name what it is called in the table of {@code docs/simulator.md}
     * @param file source file in the scheduler's package
     * @param right the text as it is, which is there once; white space does not matter
     * @param wrong what stands there when the bug is planted
     */
    record Bug(String name, String file, String right, String wrong) {}

    private PlantedBugs() {}

    /** Chosen from the scheduler's code alone, before any invariant was written. */
    static List<Bug> fromTheCode() {
        List<Bug> bugs = new ArrayList<>();
        bugs.add(new Bug(
                "whoever waits for a lock is forgotten when it is free",
                "Dispatcher",
                "gate.leave(); } for (Gate gate : held) { admit(gate); }",
                "gate.leave(); }"));
        bugs.add(new Bug(
                "memory is not given back",
                "HostState",
                "jobs--; kind.needs().forEach((name, amount) -> taken.merge(name, -amount, Long::sum));",
                "jobs--;"));
        bugs.add(new Bug(
                "the end of a step counts each time it is told",
                "Jobs",
                "if (watch.ended || job.watch != watch) {",
                "if (job.watch != watch) {"));
        bugs.add(new Bug(
                "a step that is done again meets its dependents again",
                "Readiness",
                "if (stepsDone == null || stepsDone(task) > step) {",
                "if (stepsDone == null) {"));
        bugs.add(new Bug(
                "the slots of a job that was given up are free before it ended",
                "Jobs",
                "boolean keepsSlots = !job.givenUp && !outcome.isSuccess();",
                "boolean keepsSlots = !outcome.isSuccess();"));
        bugs.add(new Bug(
                "a timer does not go off at its own time",
                "Timers",
                "while (next() <= now) {",
                "while (next() < now) {"));
        bugs.add(new Bug(
                "a pause is not taken back",
                "Orders",
                "stoppedByFile = false; pausing = false;",
                "stoppedByFile = false;"));
        bugs.add(new Bug(
                "a queued task that gained a dependency stays in the queue",
                "Desk",
                "if (states.open[task] > 0 && isQueued(task)) {",
                "if (states.open[task] > 1 && isQueued(task)) {"));
        bugs.add(new Bug(
                "the timer of an earlier rest wakes a host that rests again",
                "HostHealth",
                "if (host.changes != since || host.awaitsOthers || host.drains(HostState.Drain.REMOVED)) {",
                "if (host.awaitsOthers || host.drains(HostState.Drain.REMOVED)) {"));
        bugs.add(new Bug(
                "a task lets go of what it needs at run time when it is built",
                "Readiness",
                "if (!run || all) {",
                "if (!run || all || known[task] > 0) {"));
        return bugs;
    }

    /** Chosen when the rules were known. */
    static List<Bug> fromTheRules() {
        List<Bug> bugs = new ArrayList<>();
        bugs.add(new Bug(
                "a task whose job was lost is not queued again",
                "Attempts",
                "failures.accept(task, outcome); } else { desk.queue(task); }",
                "failures.accept(task, outcome); }"));
        bugs.add(new Bug(
                "the slots of a job that succeeded are not given back",
                "Jobs",
                "if (!job.givenUp && !keepsSlots) {",
                "if (false) {"));
        bugs.add(new Bug(
                "a host that drains is given jobs",
                "HostState",
                "return health == HostStatus.UP && drains.isEmpty();",
                "return health == HostStatus.UP;"));
        bugs.add(new Bug(
                "a cancelled build can be resumed",
                "Orders",
                "if (!cancelling) { stopping = null;",
                "if (true) { stopping = null;"));
        bugs.add(new Bug(
                "who needs a step that was never done is not skipped",
                "Readiness",
                "case STEP -> failed && graph.dependentStep(task, e) >= steps; case RUN -> false;",
                "case STEP -> failed && graph.dependentStep(task, e) > steps; case RUN -> false;"));
        bugs.add(new Bug(
                "the pauses of a host that is down grow without end",
                "HostHealth",
                "Math.min(LONGEST_PAUSE_NANOS, SHORTEST_PAUSE_NANOS << Math.min(host.misses - 1, 10));",
                "SHORTEST_PAUSE_NANOS << Math.min(host.misses - 1, 10);"));
        bugs.add(new Bug(
                "a host that was taken out is not closed",
                "Fleet",
                "around.settings().hands().execute(ending::close); } Roster.Member next = host.replacement;",
                "} Roster.Member next = host.replacement;"));
        bugs.add(new Bug(
                "what a job held of its inputs is not let go",
                "PortCalls",
                "last = letGo(job, last); OutputTail",
                "OutputTail"));
        bugs.add(new Bug(
                "a task gets an attempt more than it is allowed",
                "Attempts",
                "++before.failures < job.task.retry().attempts()",
                "++before.failures <= job.task.retry().attempts()"));
        bugs.add(new Bug(
                "the build goes on after the last failure that is allowed",
                "Orders",
                "tasks >= maxFailures) {",
                "tasks > maxFailures) {"));
        bugs.add(new Bug(
                "a pool takes one more than its depth", "Gate", "return taken >= depth;", "return taken > depth;"));
        bugs.add(new Bug(
                "a failed task is tried again at once",
                "Attempts",
                "timers.after(events.now(), job.task.retry().delay(), () -> {",
                "timers.after(events.now(), java.time.Duration.ZERO, () -> {"));
        bugs.addAll(ofFiles());
        return bugs;
    }

    private static List<Bug> ofFiles() {
        List<Bug> bugs = new ArrayList<>();
        bugs.add(new Bug(
                "a lock that is gone is not noticed",
                "LockedTasks",
                "if (now == null) { gone(task, known); }",
                "if (now == null) { aside.size(); }"));
        bugs.add(new Bug(
                "what link answers is believed",
                "LockDirectory",
                "boolean made = files.links(fresh) == links;",
                "boolean made = failed == null && files.links(fresh) == links;"));
        bugs.add(new Bug(
                "a host whose stop file is gone stays drained",
                "Fleet",
                "} else if (host.drains(Drain.STOP_FILE)) {",
                "} else if (host.drains(Drain.STOP_FILE) && host.drains(Drain.REMOVED)) {"));
        bugs.add(new Bug(
                "the locks of a job that was started are let go",
                "BuildLocks",
                "if (starter.test(start)) { settled(task); return; }",
                "if (starter.test(start)) { letGo(task); return; }"));
        bugs.add(new Bug(
                "a failed task keeps its exclusive locks",
                "LockDirectory",
                "releaseOthers(held); if (!isOwn(held.task, held.note.id())) {",
                "if (!isOwn(held.task, held.note.id())) {"));
        bugs.add(new Bug(
                "a stop file that is gone stops the build all the same",
                "Orders",
                "} else if (!there && stoppedByFile) {",
                "} else if (!there && stoppedByFile && pausing) {"));
        bugs.add(new Bug(
                "a job starts although a task failed while its locks were taken",
                "BuildLoop",
                "stopAfterFailures(); // A task may have failed while the locks were taken, or the host be drained.",
                ""));
        return bugs;
    }
}
