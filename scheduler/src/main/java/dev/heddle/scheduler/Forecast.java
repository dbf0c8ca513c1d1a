package dev.heddle.scheduler;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What still lies ahead of a build. Owned by the loop's thread while the build runs. */
final class Forecast {

    private static final double NANOS = 1e9;

    private final LiveGraph graph;
    private final Desk desk;
    private final Jobs jobs;
    private final Events events;
    private final Estimates estimates;

    Forecast(LiveGraph graph, Desk desk, Jobs jobs, Events events, Estimates estimates) {
        this.graph = graph;
        this.desk = desk;
        this.jobs = jobs;
        this.events = events;
        this.estimates = estimates;
    }

    /**
     * At least this much weight lies ahead: the heaviest chain, or the work over the slots and the speed of their hosts. What running
     * tasks have done already counts where weights are seconds.
     */
    double bound() {
        TaskStates states = desk.states();
        Map<Integer, Double> done = estimates.inSeconds() ? doneByRunning() : Map.of();
        double chain = 0;
        double work = 0;
        for (int task = 0; task < states.size(); task++) {
            if (states.is(task, TaskStates.WANTED) && states.outcome(task) == null) {
                double weight = desk.paths().weight(task);
                double gone = Math.min(weight, done.getOrDefault(task, 0.0));
                chain = Math.max(chain, states.path[task] - gone);
                work += graph.task(task).steps().isEmpty() ? 0 : weight - gone;
            }
        }
        return Math.max(chain, work / power());
    }

    // By task, how many seconds of work on the fastest host are behind it.
    private Map<Integer, Double> doneByRunning() {
        double top = topSpeed();
        Map<Integer, Double> done = new HashMap<>();
        for (JobRun job : jobs.list()) {
            double seconds = (events.now() - job.startedAt) / NANOS;
            done.merge(job.start.task(), seconds * speed(job.start.host()) / top, Math::max);
        }
        return done;
    }

    // Work that all hosts together do at once, where 1 is a slot of the fastest.
    private double power() {
        double top = topSpeed();
        double power = 0;
        for (HostState host : desk.dispatcher().hosts()) {
            power += host.isUp() ? host.spec.slots() * speed(host) / top : 0;
        }
        return power == 0 ? 1 : power;
    }

    private double topSpeed() {
        double top = 0;
        for (HostState host : desk.dispatcher().hosts()) {
            top = Math.max(top, speed(host));
        }
        return top == 0 ? 1 : top;
    }

    private double speed(HostState host) {
        return estimates.speed(host.spec);
    }

    /** When the build may be over: after {@link #bound} where that is seconds, or else judged by the share that is done. */
    Optional<Duration> eta() {
        if (desk.unfinished() == 0) {
            return Optional.of(Duration.ZERO);
        }
        if (estimates.inSeconds() && desk.paths().knowsAny()) {
            return Optional.of(Duration.ofNanos((long) (bound() * NANOS)));
        }
        double total = desk.paths().total();
        double share = total == 0 ? 1 : Math.min(1, desk.weightDone() / total);
        if (share <= 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos((long) (events.now() * (1 - share) / share)));
    }
}
