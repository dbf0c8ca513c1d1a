package dev.heddle.scheduler.testing;

import dev.heddle.core.HostConstraints;
import dev.heddle.core.Resources;
import dev.heddle.core.Task;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.HostJob;
import dev.heddle.scheduler.host.HostSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The rules of hosts: what really runs there never exceeds what they have, nothing is started where nothing may be started, no host
 * that could work stands idle while tasks wait for it, and none that is well again stays forgotten.
 */
final class HostRules {

    /** The longest pause of a host, and time to answer. */
    private static final long FORGOTTEN_NANOS = Duration.ofSeconds(700).toNanos();
    /** Waiting tasks that are looked at when a host has room. */
    private static final int LOOK_AT = 64;

    /** A host as it really is, and as it was told. */
    private static final class Known {
        final SimulatedHost host;
        final HostSpec spec;
        int slots;
        int unslotted;
        final Map<String, Long> taken = new TreeMap<>();
        int jobs;
        boolean up;
        boolean drained;
        /** Until when it may be taken to be drained though it is not known to be. */
        long mayDrainUntil = -1;

        long newsAt;

        Known(SimulatedHost host) {
            this.host = host;
            this.spec = host.spec();
        }
    }

    /** What a job holds as long as it runs, or is told to. */
    private record Held(Known host, Task task, int slots) {}

    private final Findings findings;
    private final VirtualTime time;
    private final Map<String, KnownTask> tasks;
    private final Map<String, Integer> pools;
    private final Map<String, Known> hosts = new LinkedHashMap<>();
    private final Map<Long, Held> held = new HashMap<>();
    /** Places that are really taken at locks and pools. */
    private final Map<String, Integer> gates = new HashMap<>();
    /** Places that jobs take as long as they are told to run, which are those that the engine knows. */
    private final Map<String, Integer> toldGates = new HashMap<>();

    private final Set<Long> toldOver = new HashSet<>();
    private final boolean uniform;
    private final Function<String, List<String>> why;

    /**
     * @param tasks all tasks, by name
     * @param pools depth of each pool
     * @param why asks the engine why a task does not run
     * @param uniform whether each task takes a slot at most and nothing else, so that no room is ever kept free for another
     */
    HostRules(
            Findings findings,
            VirtualTime time,
            Map<String, KnownTask> tasks,
            Map<String, Integer> pools,
            Function<String, List<String>> why,
            boolean uniform) {
        this.findings = findings;
        this.time = time;
        this.tasks = tasks;
        this.pools = pools;
        this.why = why;
        this.uniform = uniform;
    }

    void add(SimulatedHost host) {
        Known known = new Known(host);
        known.newsAt = time.getAsLong();
        hosts.put(host.spec().name(), known);
    }

    void drained(SimulatedHost host, boolean drained) {
        Known known = hosts.get(host.spec().name());
        if (known != null && known.host == host) {
            known.drained = drained;
            known.newsAt = time.getAsLong();
        }
    }

    /** Until then the engine may take the host to be drained, and may not have noticed. */
    void mayDrain(SimulatedHost host, long untilNanos) {
        Known known = hosts.get(host.spec().name());
        if (known != null) {
            known.mayDrainUntil = untilNanos;
        }
    }

    /** Whether a lock or pool is really held by a job. */
    boolean isTaken(String gate) {
        return gates.getOrDefault(gate, 0) > 0;
    }

    /** Something happened to the machine. */
    void changed(SimulatedHost host) {
        Known known = hosts.get(host.spec().name());
        if (known != null) {
            known.newsAt = time.getAsLong();
        }
    }

    void began(SimulatedHost on, HostJob job, Task task) {
        Known host = hosts.get(on.spec().name());
        if (host == null || host.host != on) {
            findings.add("host", task.name() + " begins on " + on.spec().name() + ", which was taken out");
            return;
        }
        int slots = task.resources().slots() == Resources.ALL
                ? host.spec.slots()
                : task.resources().slots();
        findings.check(job.lease().slots() == slots, "slots", task.name(), " has a lease of ", job.lease());
        HostConstraints wants = task.constraints();
        boolean fits = wants.pinnedHost() == null || wants.pinnedHost().equals(host.spec.name());
        findings.check(fits, "host", task.name(), " does not belong on ", host.spec.name());
        host.slots += slots;
        host.unslotted += slots == 0 ? 1 : 0;
        task.resources().needs().forEach((name, amount) -> host.taken.merge(name, amount, Long::sum));
        findings.check(
                host.slots <= host.spec.slots() && host.unslotted <= host.spec.unslotted(),
                "slots",
                task.name(),
                " has no slot on ",
                host.spec);
        host.taken.forEach((name, amount) -> findings.check(
                amount <= host.spec.amount(name),
                "slots",
                task.name(),
                " has too little of ",
                name,
                " on ",
                host.spec));
        task.resources().locks().forEach(lock -> enter("lock " + lock, 1));
        task.resources().pools().forEach(pool -> enter(pool, pools.get(pool)));
        held.put(job.info().job(), new Held(host, task, slots));
    }

    private void enter(String gate, int depth) {
        int now = gates.merge(gate, 1, Integer::sum);
        findings.check(now <= depth, "slots", gate, " is held by ", now);
    }

    /** A step of a job really ended. */
    void stepEnded(HostJob job, boolean made) {
        if (made || toldOver.remove(job.info().job())) {
            release(job.info().job());
        }
    }

    private void release(long job) {
        Held was = held.remove(job);
        if (was != null) {
            was.host.slots -= was.slots;
            was.host.unslotted -= was.slots == 0 ? 1 : 0;
            was.task.resources().needs().forEach((name, amount) -> was.host.taken.merge(name, -amount, Long::sum));
            was.task.resources().locks().forEach(lock -> gates.merge("lock " + lock, -1, Integer::sum));
            was.task.resources().pools().forEach(pool -> gates.merge(pool, -1, Integer::sum));
        }
    }

    /**
     * A job is told to be over.
     *
     * @param lives whether a step of it really runs on
     */
    void jobOver(long job, boolean lives) {
        if (lives) {
            toldOver.add(job);
        } else {
            release(job);
        }
    }

    void onEvent(BuildEvent event) {
        if (event instanceof BuildEvent.HostUp told) {
            become(told.host(), true);
        } else if (event instanceof BuildEvent.HostDown told) {
            become(told.host(), false);
        } else if (event instanceof BuildEvent.HostRefused told) {
            become(told.host(), false);
        } else if (event instanceof BuildEvent.HostDraining told) {
            Known host = hosts.get(told.host());
            findings.check(
                    host != null && host.jobs >= told.running(), "host", "more jobs are told than there are: ", told);
            boolean may = host != null && (host.drained || time.getAsLong() <= host.mayDrainUntil);
            findings.check(may, "host", "nobody drained it: ", told);
        } else if (event instanceof BuildEvent.JobStarted told) {
            Known host = hosts.get(told.job().host());
            findings.check(host != null && host.up && !host.drained, "host", "it takes no jobs: ", told);
            told(told.job().task(), 1);
            if (host != null) {
                host.jobs++;
            }
        } else if (event instanceof BuildEvent.JobFinished told) {
            Known host = hosts.get(told.job().host());
            told(told.job().task(), -1);
            if (host != null) {
                host.jobs--;
                findings.check(host.jobs >= 0, "host", "it has no job: ", told);
            }
        }
    }

    private void become(String name, boolean up) {
        Known host = hosts.get(name);
        if (host != null) {
            host.up = up;
            host.newsAt = time.getAsLong();
        }
    }

    /** Looks whether a host has room that a waiting task should have. */
    void idle(Iterable<KnownTask> queued, boolean standstill) {
        long now = time.getAsLong();
        for (Known host : hosts.values()) {
            boolean forgotten = !host.up && !host.drained && host.host.isWell() && now - host.newsAt > FORGOTTEN_NANOS;
            findings.check(!forgotten, "forgotten", host.spec.name(), " is well and is not asked again");
            boolean room = (host.jobs == 0 && host.slots == 0 && host.unslotted == 0)
                    || (uniform && toldOver.isEmpty() && host.jobs < host.spec.slots());
            boolean drained = host.drained || now <= host.mayDrainUntil;
            if (!standstill && room && host.up && !drained) {
                lookForWork(host, queued, now);
            }
        }
    }

    private void lookForWork(Known host, Iterable<KnownTask> queued, long now) {
        int looked = 0;
        for (KnownTask task : queued) {
            if (++looked > LOOK_AT) {
                return;
            }
            if (task.notBefore < now && fits(host, task) && !mayGoElsewhere(host, task)) {
                findings.add(
                        "idle",
                        task + " waits although " + host.spec.name() + " has room for it: " + why.apply(task.name));
            }
        }
    }

    /** Whether a task failed on a host last, so that it may wait for another one that is up. */
    private boolean mayGoElsewhere(Known host, KnownTask task) {
        return host.spec.name().equals(task.failedOn)
                && hosts.values().stream()
                        .anyMatch(other -> other != host
                                && other.up
                                && !other.drained
                                && other.spec.couldRun(
                                        task.resources.slots(), task.resources.needs(), task.constraints));
    }

    private boolean fits(Known host, KnownTask task) {
        Resources needs = task.resources;
        for (String lock : needs.locks()) {
            if (isFull("lock " + lock, 1)) {
                return false;
            }
        }
        for (String pool : needs.pools()) {
            if (isFull(pool, pools.get(pool))) {
                return false;
            }
        }
        // Large amounts are rounded up by the engine, by an eighth at most.
        return host.spec.couldRun(needs.slots(), rounded(needs), task.constraints);
    }

    private static Map<String, Long> rounded(Resources needs) {
        Map<String, Long> most = new TreeMap<>(needs.needs());
        most.replaceAll((name, amount) -> amount > 1_024 ? amount * 9 / 8 + 8 : amount);
        return most;
    }

    private boolean isFull(String gate, int depth) {
        return Math.max(gates.getOrDefault(gate, 0), toldGates.getOrDefault(gate, 0)) >= depth;
    }

    private void told(String task, int more) {
        KnownTask known = tasks.get(task);
        if (known != null) {
            known.resources.locks().forEach(lock -> toldGates.merge("lock " + lock, more, Integer::sum));
            known.resources.pools().forEach(pool -> toldGates.merge(pool, more, Integer::sum));
        }
    }
}
