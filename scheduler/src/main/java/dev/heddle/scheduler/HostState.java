package dev.heddle.scheduler;

import dev.heddle.core.Resources;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostSpec;
import org.jspecify.annotations.Nullable;

/** What a host has free, and whether it can be given anything. Owned by the loop's thread. */
@SuppressWarnings("ReferenceEquality") // There is one object for each kind.
final class HostState {

    /** A queue on the host holds at most this much work, by the time its last actions took. */
    private static final long AHEAD_NANOS = 2_000_000;
    /** Longest mean time of an action for which a queue on the host is worth it. */
    private static final long AHEAD_LIMIT_NANOS = 50_000;

    private static final int AHEAD_MOST = 1_024;

    final int index;
    final HostBackend backend;
    final HostSpec spec;

    private int slotsTaken;
    private int unslottedTaken;
    private long memoryTaken;
    private int jobs;
    private long meanNanos = AHEAD_LIMIT_NANOS;
    private int ahead;

    /** Whether the host takes no jobs for now, because it lost some. */
    boolean suspended;
    /** Times in a row that it lost a job. */
    int losses;
    /** Whether the machine is loaded enough as it is. */
    boolean overloaded;
    /** The only kind of job it may be given, because that has waited too long for enough slots; or null. */
    @Nullable
    JobKind reservedFor;

    HostState(int index, HostBackend backend) {
        this.index = index;
        this.backend = backend;
        this.spec = backend.spec();
    }

    int jobs() {
        return jobs;
    }

    int freeSlots() {
        return spec.slots() - slotsTaken;
    }

    /** Slots that a job with a given need takes here. */
    int slotsFor(int slots) {
        return slots == Resources.ALL ? spec.slots() : slots;
    }

    /** Whether it could run such a job if it had nothing else to do. */
    boolean couldRun(JobKind kind) {
        return spec.couldRun(kind.slots(), kind.memoryBytes(), kind.constraints());
    }

    boolean canRunNow(JobKind kind) {
        if (suspended
                || (overloaded && jobs > 0)
                || (reservedFor != null && reservedFor != kind)
                || (spec.memoryBytes() > 0 && memoryTaken + kind.memoryBytes() > spec.memoryBytes())) {
            return false;
        }
        if (kind.slots() == 0) {
            return unslottedTaken < spec.unslotted();
        }
        int room = freeSlots() + (kind.brief() ? ahead : 0);
        return slotsFor(kind.slots()) <= room;
    }

    void take(JobKind kind) {
        jobs++;
        memoryTaken += kind.memoryBytes();
        if (kind.slots() == 0) {
            unslottedTaken++;
        } else {
            slotsTaken += slotsFor(kind.slots());
        }
        int allowed = spec.slots() + (kind.brief() ? ahead : 0);
        if (slotsTaken > allowed || unslottedTaken > spec.unslotted()) {
            throw new AssertionError("BUG: host " + spec.name() + " was given more than its slots: " + slotsTaken);
        }
    }

    void giveBack(JobKind kind) {
        jobs--;
        memoryTaken -= kind.memoryBytes();
        if (kind.slots() == 0) {
            unslottedTaken--;
        } else {
            slotsTaken -= slotsFor(kind.slots());
        }
        if (jobs < 0 || slotsTaken < 0 || unslottedTaken < 0 || memoryTaken < 0) {
            throw new AssertionError("BUG: host " + spec.name() + " was given back more than it gave");
        }
    }

    /** Learns how long a brief action took, and so how many may wait on the host itself. */
    void learnBrief(long nanos) {
        meanNanos += (nanos - meanNanos) / 8;
        ahead = meanNanos >= AHEAD_LIMIT_NANOS ? 0 : (int) Math.min(AHEAD_MOST, AHEAD_NANOS / Math.max(meanNanos, 1));
    }
}
