package dev.heddle.scheduler.testing;

import dev.heddle.core.Outcome;
import dev.heddle.core.event.TaskState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Other schedulers that share their locks with a simulated build, people who remove locks of failures and have it stopped by files,
 * and the rules of it: nobody else ever gets a lock of what runs, and a lock that is gone holds nobody.
 *
 * <p>Belongs to the engine's thread once the build runs.
 */
final class Outsiders {

    static final Path LOCKS = Path.of("/locks");
    static final Path STOP = Path.of("/logs/stop");

    private static final Set<Fault> LOCKING =
            Set.of(Fault.OTHERS_LOCK, Fault.OTHERS_DIE, Fault.PEOPLE_REMOVE_LOCKS, Fault.LINKS_LIE);
    private static final int MOST_OF_A_KIND = 12;
    /** When a vanished lock must have been noticed at the latest, and a stop file. */
    private static final long NOTICED_NANOS = Duration.ofSeconds(3).toNanos();

    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    private static final String OTHER = "host=elsewhere\n";

    private final long seed;
    private final Set<Fault> faults;
    private final VirtualTime time;
    private final Findings findings;
    private final Map<String, KnownTask> tasks;
    private final TaskRules taskRules;
    private final HostRules hostRules;
    private final SimulatedFiles files;
    private final List<String> names = new ArrayList<>();

    /** What a lock of the engine says of the machine and the process; empty before the first. */
    private String mark = "";

    private long nextLook;

    Outsiders(
            long seed,
            Set<Fault> faults,
            VirtualTime time,
            Findings findings,
            Map<String, KnownTask> tasks,
            TaskRules taskRules,
            HostRules hostRules) {
        this.seed = seed;
        this.faults = faults;
        this.time = time;
        this.findings = findings;
        this.tasks = tasks;
        this.taskRules = taskRules;
        this.hostRules = hostRules;
        this.files = new SimulatedFiles(Fault.LINKS_LIE.luck(seed), faults.contains(Fault.LINKS_LIE));
        time.files(files);
    }

    /** Whether the build takes locks. */
    boolean isLocking() {
        return faults.stream().anyMatch(LOCKING::contains);
    }

    /** Whether it removes those of the dead. */
    boolean clearsStale() {
        return Fault.OTHERS_DIE.luck(seed).nextBoolean();
    }

    /** Draws what is done until everything heals. */
    void begin(long healNanos, List<SimulatedHost> hosts) {
        names.addAll(tasks.keySet());
        for (Fault fault : faults) {
            SplittableRandom luck = fault.luck(seed);
            int times = 1 + luck.nextInt(MOST_OF_A_KIND);
            for (int i = 0; i < times; i++) {
                long from = luck.nextLong(healNanos);
                long to = Math.min(
                        healNanos, from + luck.nextLong(Duration.ofMinutes(2).toNanos()));
                String name = luck.nextInt(4) == 0 ? "+d" + luck.nextInt(2) : names.get(luck.nextInt(names.size()));
                switch (fault) {
                    case OTHERS_LOCK -> othersLock(name, luck.nextInt(5), from, to);
                    case OTHERS_DIE -> time.at(from, () -> dies(name));
                    case PEOPLE_REMOVE_LOCKS -> time.at(from, this::removeFailed);
                    case STOP_FILE -> stops(from, to);
                    case STOP_FILE_OF_HOST -> drains(hosts.get(luck.nextInt(hosts.size())), from, to);
                    default -> {}
                }
            }
        }
    }

    private static Path file(String name) {
        return LOCKS.resolve(name);
    }

    private boolean takes(String name, String content) {
        Path file = file(name);
        if (files.exists(file)) {
            return false;
        }
        KnownTask task = tasks.get(name);
        findings.check(task == null || task.live == 0, "owner", "another scheduler gets the lock of ", name);
        findings.check(
                task != null || !hostRules.isTaken("lock " + name.substring(1)), "owner", "another one gets ", name);
        files.write(file, content);
        return true;
    }

    private void othersLock(String name, int end, long from, long to) {
        if (end == 0) {
            // It failed before this build began.
            takes(name, "fullpkgpath=" + name + "\n" + OTHER + "pid=7\nstart=1\nstatus=256\ntodo=x\nend=2\n");
            return;
        }
        String content = "fullpkgpath=" + name + "\n" + OTHER + "pid=7\nstart=1\nid=" + from + "\n";
        time.at(from, () -> takes(name, content));
        time.at(to, () -> {
            if (files.text(file(name)).equals(content)) {
                KnownTask task = tasks.get(name);
                if (task != null && faults.contains(Fault.SOME_UP_TO_DATE) && task.isReady() && !task.expands) {
                    task.builtElsewhere = true;
                }
                files.remove(file(name));
            }
        });
    }

    /** A process of this machine takes a lock and dies. */
    private void dies(String name) {
        if (!mark.isEmpty()) {
            takes(name, "fullpkgpath=" + name + "\n" + mark + "id=dead-" + time.getAsLong() + "\n");
        }
    }

    private void removeFailed() {
        for (Path file : files.all()) {
            if (files.text(file).contains("\nstatus=")) {
                files.remove(file);
            }
        }
    }

    private void stops(long from, long to) {
        time.at(from, () -> files.write(STOP, ""));
        time.at(from + NOTICED_NANOS, () -> {
            if (files.exists(STOP)) {
                taskRules.standstill("the stop file is there");
            }
        });
        time.at(to, () -> {
            files.remove(STOP);
            taskRules.standstill(null);
            taskRules.excuse(time.getAsLong() + NOTICED_NANOS);
        });
    }

    private void drains(SimulatedHost host, long from, long to) {
        Path file = STOP.resolveSibling("stop-" + host.spec().name());
        time.at(from, () -> {
            hostRules.mayDrain(host, Long.MAX_VALUE);
            files.write(file, "");
        });
        time.at(from + NOTICED_NANOS, () -> {
            if (files.exists(file)) {
                hostRules.drained(host, true);
            }
        });
        time.at(to, () -> {
            files.remove(file);
            hostRules.drained(host, false);
            hostRules.mayDrain(host, time.getAsLong() + NOTICED_NANOS);
        });
    }

    /** A task begins to run: its locks are the engine's. */
    void began(KnownTask task) {
        if (isLocking()) {
            requireOwn(task, file(task.name));
            task.resources.locks().forEach(lock -> requireOwn(task, file("+" + lock)));
        }
    }

    private void requireOwn(KnownTask task, Path file) {
        String text = files.text(file);
        boolean own = text.startsWith("fullpkgpath=" + task.name + "\n") && !text.contains(OTHER);
        findings.check(own, "owner", task, " runs without the lock ", file, ": ", text);
        if (own && mark.isEmpty()) {
            mark = text.lines()
                    .filter(line -> line.matches("(host|start|on|boot|space|machine)=.*"))
                    .map(line -> line + "\n")
                    .collect(Collectors.joining())
                    .replaceFirst("start=", "pid=4194399\nstart=")
                    .concat("born=5\n");
        }
    }

    /** Looks once a second whether anything waits for a lock that is gone, or that nobody will ever let go. */
    void idle() {
        if (time.getAsLong() < nextLook) {
            return;
        }
        nextLook = time.getAsLong() + LOOK_NANOS;
        for (KnownTask task : taskRules.aside()) {
            boolean held = isHeld(file(task.name), task.live != 0 || task.job != 0);
            for (String lock : task.resources.locks()) {
                held |= isHeld(file("+" + lock), hostRules.isTaken("lock " + lock));
            }
            if (held) {
                task.freeSince = -1;
            } else if (task.freeSince < 0) {
                task.freeSince = time.getAsLong();
            } else {
                findings.check(
                        time.getAsLong() - task.freeSince <= NOTICED_NANOS,
                        "locked",
                        task,
                        " waits for a lock that nobody has");
            }
        }
    }

    private boolean isHeld(Path file, boolean byJob) {
        String text = files.text(file);
        boolean others = text.contains(OTHER) || text.contains("\nid=dead-") || text.contains("\nstatus=");
        return others || (byJob && !text.isEmpty());
    }

    /** The build is over: what is left are locks of failures, of others, and of what runs on. */
    void end(int clinging) {
        for (Path file : files.all()) {
            String name = file.getFileName().toString();
            String text = files.text(file);
            KnownTask task = tasks.get(name);
            boolean failed = task != null && fails(task) && text.contains("\nstatus=");
            boolean others = text.contains(OTHER) || text.contains("\nid=dead-") || !LOCKS.equals(file.getParent());
            findings.check(failed || others || clinging > 0, "lock", "left: ", name, ": ", text);
        }
        for (KnownTask task : tasks.values()) {
            if (isLocking() && task.outcome instanceof Outcome.Locked) {
                findings.check(task.state == TaskState.LOCKED, "locked", task, " is ", task.state);
            }
        }
    }

    private static boolean fails(KnownTask task) {
        return task.outcome instanceof Outcome.Failed || task.outcome instanceof Outcome.TimedOut;
    }
}
