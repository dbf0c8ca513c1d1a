package dev.heddle.scheduler;

import dev.heddle.core.DependencyKind;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.TaskState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says why a task does not run now. Owned by the loop's thread while the build runs. */
final class Explainer {

    /** Links of a chain of reasons that are told. */
    private static final int LONGEST = 100;

    private final LiveGraph graph;
    private final Desk desk;
    private final Jobs jobs;
    private final BuildLocks locks;
    private final Orders orders;

    Explainer(LiveGraph graph, Desk desk, Jobs jobs, BuildLocks locks, Orders orders) {
        this.graph = graph;
        this.desk = desk;
        this.jobs = jobs;
        this.locks = locks;
        this.orders = orders;
    }

    /** The chain of reasons, each because of the next; one link if there is nothing more behind it. */
    List<String> why(String name) {
        String stopping = orders.standstill();
        int task = graph.indexOf(name);
        if (task < 0) {
            return List.of("there is no task named '" + name + "'");
        }
        List<String> chain = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        while (task >= 0 && chain.size() < LONGEST) {
            if (!seen.add(task)) {
                chain.add("'" + name(task) + "' waits for itself");
                break;
            }
            task = link(task, chain, stopping);
        }
        return List.copyOf(chain);
    }

    private String name(int task) {
        return graph.task(task).name();
    }

    /** Adds the reason of one task; gives the task that is the reason, or -1. */
    private int link(int task, List<String> chain, @Nullable String stopping) {
        TaskStates states = desk.states();
        String name = "'" + name(task) + "'";
        if (task >= states.size() || !states.is(task, TaskStates.WANTED)) {
            chain.add(name + " is not needed by what was asked for");
            return -1;
        }
        Outcome outcome = states.outcome(task);
        if (outcome != null) {
            return ended(task, outcome, chain);
        }
        if (states.state(task) == TaskState.RUNNING) {
            chain.add(name + " runs: " + running(task));
            return -1;
        }
        int waited = openDependency(task);
        if (waited >= 0) {
            chain.add(name + " waits for '" + name(waited) + "'");
            return waited;
        }
        String locked = locks.why(task);
        chain.add(name + " " + (locked != null ? locked : ready(task, stopping)));
        return -1;
    }

    private int ended(int task, Outcome outcome, List<String> chain) {
        String name = "'" + name(task) + "'";
        if (outcome.isSuccess() && !desk.states().is(task, TaskStates.USABLE)) {
            chain.add(name + " is built but not usable yet: it needs something at run time");
            return openRunDependency(task);
        }
        chain.add(name + ": " + outcome.summary());
        return outcome instanceof Outcome.Skipped skipped ? graph.indexOf(skipped.failedDependency()) : -1;
    }

    private String running(int task) {
        for (JobRun job : jobs.list()) {
            if (job.start.task() == task) {
                return jobs.describe(job);
            }
        }
        return "its job ends";
    }

    private String ready(int task, @Nullable String stopping) {
        if (graph.isUnresolved(task)) {
            return "depends on a task that is not known yet";
        }
        if (stopping != null) {
            return "is not started, because " + stopping;
        }
        if (desk.states().is(task, TaskStates.CHECKING)) {
            return "is being checked whether it must run";
        }
        Gate gate = desk.dispatcher().keptBy(task);
        if (gate != null) {
            return "is ready and waits for " + gate + (gate.exclusive ? "" : " of depth " + gate.depth());
        }
        if (desk.states().heapPlace[task] < 0) {
            return "waits for the time of its next attempt";
        }
        String absent = absentHost(task);
        if (absent != null) {
            return "is ready and waits " + absent;
        }
        return "is ready and waits for " + desk.dispatcher().need(task);
    }

    /** What a task waits for if no host that could run it is given anything now, or null. */
    private @Nullable String absentHost(int task) {
        String absent = null;
        for (HostState host : desk.dispatcher().hosts()) {
            if (!desk.dispatcher().couldRun(task, host)) {
                continue;
            }
            if (host.isUp() && !host.overloaded) {
                return null;
            }
            if (absent == null) {
                absent = host.isUp()
                        ? "until the load of " + host.name() + " is below the limit"
                        : "for a host; " + state(host);
            }
        }
        return absent;
    }

    private static String state(HostState host) {
        String why = host.why() == null ? "" : ": " + host.why();
        String state = switch (host.status()) {
            case STARTING -> "has not shown yet that it is fit";
            case REFUSED -> "is refused";
            case DRAINING, DRAINED -> "is drained";
            default -> "is down for now";
        };
        return host.name() + " " + state + why;
    }

    private int openDependency(int task) {
        for (int e = 0; e < graph.dependencyCount(task); e++) {
            if (!desk.readiness().isMet(task, e)) {
                return graph.dependency(task, e);
            }
        }
        return -1;
    }

    private int openRunDependency(int task) {
        // Around a cycle the answer is the first task that is not built; others of the cycle tell nothing.
        IntList work = new IntList();
        Set<Integer> seen = new HashSet<>();
        work.add(task);
        while (!work.isEmpty()) {
            int at = work.removeLast();
            for (int e = 0; e < graph.dependencyCount(at); e++) {
                int dependency = graph.dependency(at, e);
                if (graph.dependencyKind(at, e) != DependencyKind.RUN
                        || desk.states().is(dependency, TaskStates.USABLE)
                        || !seen.add(dependency)) {
                    continue;
                }
                if (!desk.states().is(dependency, TaskStates.BUILT)) {
                    return dependency;
                }
                work.add(dependency);
            }
        }
        return -1;
    }

    /** Why a build with tasks left has nothing that could go on. */
    String nothingCanRun() {
        TaskStates states = desk.states();
        String locked = states.queued() > 0 ? null : locks.aside().awaited();
        if (locked != null) {
            return "nothing can run: " + locked;
        }
        for (int task = 0; task < states.size(); task++) {
            if (states.is(task, TaskStates.WANTED) && states.outcome(task) == null) {
                return "nothing can run: " + String.join("; ", why(name(task)));
            }
        }
        return "nothing can run";
    }
}
