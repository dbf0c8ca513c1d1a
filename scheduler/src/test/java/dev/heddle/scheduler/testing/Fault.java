package dev.heddle.scheduler.testing;

import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/** What may go wrong, or be done to a build, in a {@link Simulation}. How often it does is drawn from the seed. */
public enum Fault {
    /** Jobs end with an exit code that is not expected. */
    TASK_FAILS,
    /** Hosts lose single jobs. */
    JOB_LOST,
    /** Steps with a time limit never end by themselves. */
    JOB_HANGS,
    /** Steps do not heed being asked to end, and some not even being killed. */
    JOB_CLINGS,
    /** Hosts throw instead of starting a step. */
    HOST_THROWS,
    /** The end of a step is told again, later and otherwise. */
    NEWS_TWICE,
    /** Machines go down with all that runs there, and come back. */
    HOST_DOWN,
    /** Machines stand still for a while; their jobs go on behind that, or are lost when their lease is over. */
    HOST_FROZEN,
    /** Machines, or the links to them, are slow for a while. */
    HOST_SLOW,
    /** Machines come back as something else. */
    HOST_UNFIT,
    /** Everything fails on a machine for a while, as when its disk is full. */
    HOST_FULL,
    /** Hosts are drained and given back. */
    DRAIN,
    /** Hosts are taken out and added. */
    HOSTS_COME_AND_GO,
    /** Only so many failures are allowed. */
    FEW_FAILURES,
    /** The build is paused and resumed. */
    PAUSE,
    /** The build is stopped and resumed before its running jobs have ended. */
    STOP_AND_RESUME,
    /** The build is stopped for good. */
    STOP,
    /** The build is cancelled. */
    CANCEL,
    /** A listener throws. */
    LISTENER_THROWS,
    /** A listener does not return before the build is nearly over. */
    LISTENER_BLOCKS,
    /** The wall clock jumps, either way. */
    CLOCK_JUMPS,
    /** The output port throws when outputs are opened, written, finished or closed. */
    OUTPUT_THROWS,
    /** Inputs cannot be brought, or outputs not fetched. */
    TRANSFER_THROWS,
    /** Some tasks need not run, and some cannot be checked. */
    SOME_UP_TO_DATE,
    /** The queue policy throws. */
    POLICY_THROWS,
    /** Jobs add tasks, and dependencies of others that wait, or should not have begun. */
    JOBS_EXPAND,
    /** Sources bring tasks while the build runs. */
    SOURCES_EXPAND,
    /** Other schedulers take locks, let them go, and have failed. */
    OTHERS_LOCK,
    /** Other schedulers of this machine die with locks. */
    OTHERS_DIE,
    /** People remove the locks of what failed. */
    PEOPLE_REMOVE_LOCKS,
    /** A lock is told not to be taken that was. */
    LINKS_LIE,
    /** The stop file comes and goes. */
    STOP_FILE,
    /** Stop files of hosts come and go. */
    STOP_FILE_OF_HOST;

    /** What people do with files is looked for several times a second: that is for builds that take minutes. */
    private static final Set<Fault> OF_FILES =
            EnumSet.of(OTHERS_LOCK, OTHERS_DIE, PEOPLE_REMOVE_LOCKS, LINKS_LIE, STOP_FILE, STOP_FILE_OF_HOST);
    /** What says itself when the build stands still, so that it cannot be told what a stop file did. */
    private static final Set<Fault> STOPPING = EnumSet.of(PAUSE, STOP_AND_RESUME, STOP, CANCEL, FEW_FAILURES);

    /** No fault at all. */
    public static Set<Fault> none() {
        return EnumSet.noneOf(Fault.class);
    }

    /** Every second one or so: a swarm of runs in which each leaves out others finds more than one in which all happen at once. */
    public static Set<Fault> swarm(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
        EnumSet<Fault> drawn = EnumSet.noneOf(Fault.class);
        for (Fault fault : values()) {
            boolean ends = fault == STOP || fault == CANCEL || fault == FEW_FAILURES;
            if (random.nextInt(ends ? 10 : 2) == 0) {
                drawn.add(fault);
            }
        }
        if (!RandomTasks.isBrief(seed) || drawn.contains(JOB_HANGS)) {
            drawn.removeAll(OF_FILES);
        }
        if (drawn.stream().anyMatch(STOPPING::contains)) {
            drawn.remove(STOP_FILE);
        }
        if (drawn.contains(DRAIN) || drawn.contains(HOSTS_COME_AND_GO)) {
            drawn.remove(STOP_FILE_OF_HOST);
        }
        return drawn;
    }

    /** A stream of luck of its own for each fault, so that leaving one out changes nothing about the others. */
    SplittableRandom luck(long seed) {
        return new SplittableRandom((seed + 1) * 0xD1B54A32D192ED03L + ordinal() * 0x2545F4914F6CDD1DL);
    }
}
