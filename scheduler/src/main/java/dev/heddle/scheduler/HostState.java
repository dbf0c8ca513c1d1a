package dev.heddle.scheduler;

import dev.heddle.core.Command;
import dev.heddle.core.Resources;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostSpec;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a host has free, how it stands with it, and whether it can be given anything. Owned by the loop's thread. */
@SuppressWarnings("ReferenceEquality") // There is one object for each kind.
final class HostState {

    /** A queue on the host holds at most this much work, by the time its last actions took. */
    private static final long AHEAD_NANOS = 2_000_000;
    /** Longest mean time of an action for which a queue on the host is worth it. */
    private static final long AHEAD_LIMIT_NANOS = 50_000;

    private static final int AHEAD_MOST = 1_024;

    /** Slots in hand of a host that shares them with nobody. */
    static final int ALL_SLOTS = Integer.MAX_VALUE;

    /** Who wants a host to be given nothing more. */
    enum Drain {
        /** Someone who called for it. */
        ASKED,
        /** The stop file of the host. */
        STOP_FILE,
        /** The host was taken out of the build, or is to be replaced. */
        REMOVED
    }

    /** What may follow each status of health. */
    private static final Map<HostStatus, Set<HostStatus>> MOVES = new EnumMap<>(Map.of(
            HostStatus.STARTING, EnumSet.of(HostStatus.UP, HostStatus.DOWN, HostStatus.REFUSED),
            HostStatus.UP, EnumSet.of(HostStatus.SUSPECT, HostStatus.DOWN, HostStatus.REFUSED),
            HostStatus.SUSPECT, EnumSet.of(HostStatus.UP, HostStatus.DOWN, HostStatus.REFUSED),
            HostStatus.DOWN, EnumSet.of(HostStatus.UP, HostStatus.DOWN, HostStatus.REFUSED),
            HostStatus.REFUSED, EnumSet.of(HostStatus.UP, HostStatus.DOWN, HostStatus.REFUSED)));

    final Roster.Member member;
    final HostBackend backend;
    /** What it offers, as far as it is known. */
    HostSpec spec;

    private double speed = 1;
    private int slotsTaken;
    private int unslottedTaken;
    /** Of what is counted besides slots, what its jobs have together. */
    private final Map<String, Long> taken = new HashMap<>();
    /** Slots of those taken that were lent to jobs for a while. */
    private int slotsLent;
    /** Of the memory among that, what jobs have in its file system. */
    private long scratchTaken;

    private int jobs;
    private long meanNanos = AHEAD_LIMIT_NANOS;
    private int ahead;

    private HostStatus health = HostStatus.STARTING;
    private @Nullable String why;
    private final EnumMap<Drain, String> drains = new EnumMap<>(Drain.class);
    /** What it told about itself when it was asked last. */
    Map<String, String> facts = Map.of();
    /** Whether its slots are known: they were declared, or it told them. */
    boolean slotsKnown;
    /** Times in a row that it lost a job. */
    int losses;
    /** Times in a row that a probe did not find it fit. */
    int misses;
    /** Tasks that failed there since it last built one, as many as count. */
    final Set<Integer> failedInRow = new HashSet<>();
    /** How many failures those were. */
    long failuresOfRow;
    /** How many failures there had been on all hosts before the first of them. */
    long failuresBefore;
    /** Whether it rests because of those. */
    boolean doubted;
    /** How often it did. */
    int doubts;
    /** Times that another host built what failed there. */
    int disproved;
    /** Whether it has told what it is, and waits until it is known in what hosts must agree. */
    boolean awaitsOthers;
    /** Time since the build began until which it rests, where it is suspect. */
    long restsUntil;
    /** What takes its place when it has been drained, or null. */
    Roster.@Nullable Member replacement;
    /** How often its health changed: tells a timer that was set before. */
    int changes;
    /** The probe that was begun last. */
    @Nullable
    HostProbe probe;
    /** How many of its slots, taken ones included, are not lent to others by a jobserver. */
    int inHand = ALL_SLOTS;
    /** Slots that a job takes at most, whatever it asks for. */
    int mostSlots = ALL_SLOTS;
    /** Makes commands take part in the jobserver; null without one. */
    @Nullable
    UnaryOperator<Command> outfit;
    /** Whether the machine is loaded enough as it is. */
    boolean overloaded;
    /** The only kind of job it may be given, because that has waited too long for enough slots; or null. */
    @Nullable
    JobKind reservedFor;

    /**
     * @param spec what it offers as far as is known before it was asked
     */
    HostState(Roster.Member member, HostSpec spec, boolean slotsKnown) {
        this.member = member;
        this.backend = member.backend();
        this.spec = spec;
        this.slotsKnown = slotsKnown;
    }

    String name() {
        return spec.name();
    }

    /** How it stands with it, whether it drains or not. */
    HostStatus health() {
        return health;
    }

    HostStatus status() {
        return drains.isEmpty() ? health : jobs > 0 ? HostStatus.DRAINING : HostStatus.DRAINED;
    }

    boolean isUp() {
        return health == HostStatus.UP && drains.isEmpty();
    }

    /** Moves to another status of health. */
    void become(HostStatus to, @Nullable String reason) {
        if (!MOVES.getOrDefault(health, Set.of()).contains(to)) {
            throw new AssertionError("BUG: host " + name() + " cannot become " + to + " from " + health);
        }
        health = to;
        why = reason;
        changes++;
    }

    /** Notes that someone wants it to be drained; false if that was known. */
    boolean drain(Drain by, String reason) {
        return drains.putIfAbsent(by, reason) == null;
    }

    /** Notes that someone wants it no longer to be drained; true if nobody does any more. */
    boolean undrain(Drain by) {
        return drains.remove(by) != null && drains.isEmpty();
    }

    boolean isDraining() {
        return !drains.isEmpty();
    }

    boolean drains(Drain by) {
        return drains.containsKey(by);
    }

    /** What is wrong with it, or why it drains; null if nothing is. */
    @Nullable
    String why() {
        return drains.isEmpty() ? why : drains.values().iterator().next();
    }

    /** Whether it has this status of health for this reason already. */
    boolean is(HostStatus status, String reason) {
        return health == status && reason.equals(why);
    }

    HostReport report() {
        return new HostReport(name(), status(), slotsKnown ? spec.slots() : 0, jobs, facts, why());
    }

    /** How fast it is, relative to the other hosts. */
    double speed() {
        return speed;
    }

    void speed(double relative) {
        speed = relative;
    }

    int jobs() {
        return jobs;
    }

    int freeSlots() {
        return spec.slots() - slotsTaken;
    }

    int slotsTaken() {
        return slotsTaken;
    }

    /** Slots that a job with a given need takes here. */
    int slotsFor(int slots) {
        return Math.min(mostSlots, slots == Resources.ALL ? spec.slots() : slots);
    }

    /** Whether it could run such a job if it had nothing else to do. */
    boolean couldRun(JobKind kind) {
        return spec.couldRun(kind.slots(), kind.needs(), kind.constraints());
    }

    /** Whether only the want of slots can keep it from being given such a job now, if it could run one at all. */
    private boolean admits(JobKind kind) {
        return isUp()
                && !(overloaded && jobs > 0)
                && (reservedFor == null || reservedFor == kind)
                && (kind.needs().isEmpty() || hasFree(kind.needs()));
    }

    private boolean hasFree(Map<String, Long> needs) {
        for (Map.Entry<String, Long> need : needs.entrySet()) {
            if (need.getValue() > spec.amount(need.getKey()) - taken.getOrDefault(need.getKey(), 0L)) {
                return false;
            }
        }
        return true;
    }

    boolean canRunNow(JobKind kind) {
        if (!admits(kind)) {
            return false;
        }
        if (kind.slots() == 0) {
            return unslottedTaken < spec.unslotted();
        }
        int room = freeSlots() + aheadOf(kind);
        return slotsFor(kind.slots()) <= Math.min(room, inHand - slotsTaken);
    }

    /** Jobs of a kind that may wait on the host itself: none where a job uses threads beside those of the host. */
    private int aheadOf(JobKind kind) {
        return kind.brief() && slotsLent == 0 ? ahead : 0;
    }

    /** Slots that it lacks for so many jobs of a kind, if slots are all that it lacks; at most all it has. */
    int lacksFor(JobKind kind, int count) {
        if (kind.slots() == 0 || !admits(kind) || !couldRun(kind) || canRunNow(kind)) {
            return 0;
        }
        long wanted = (long) slotsFor(kind.slots()) * count - Math.max(0, Math.min(freeSlots(), inHand - slotsTaken));
        return (int) Math.max(0, Math.min(wanted, spec.slots()));
    }

    /** Slots that nothing uses and that are not promised, which jobs may be lent for a while. */
    int idleSlots() {
        return isUp() && !overloaded && reservedFor == null
                ? Math.max(0, Math.min(freeSlots(), inHand - slotsTaken))
                : 0;
    }

    /** Lends slots to a job that runs, or takes them back if there are fewer than 0. */
    void lend(int slots) {
        slotsTaken += slots;
        slotsLent += slots;
        if (slotsLent < 0 || slotsTaken < slotsLent || (slots > 0 && slotsTaken > spec.slots())) {
            throw new AssertionError("BUG: host " + spec.name() + " lent " + slotsLent + " of its slots, with "
                    + slotsTaken + " of " + spec.slots() + " taken");
        }
    }

    /** Slots that so many jobs of a kind could take now if none were lent to others. */
    int roomFor(JobKind kind, int count) {
        boolean possible = isUp() && !(overloaded && jobs > 0) && (reservedFor == null || reservedFor == kind);
        return possible && couldRun(kind) ? (int) Math.min(freeSlots(), (long) slotsFor(kind.slots()) * count) : 0;
    }

    void take(JobKind kind) {
        jobs++;
        kind.needs().forEach((name, amount) -> taken.merge(name, amount, Long::sum));
        if (kind.slots() == 0) {
            unslottedTaken++;
        } else {
            slotsTaken += slotsFor(kind.slots());
        }
        int allowed = spec.slots() + aheadOf(kind);
        if (slotsTaken > allowed || unslottedTaken > spec.unslotted()) {
            throw new AssertionError("BUG: host " + spec.name() + " was given more than its slots: " + slotsTaken);
        }
    }

    void giveBack(JobKind kind) {
        jobs--;
        kind.needs().forEach((name, amount) -> taken.merge(name, -amount, Long::sum));
        if (kind.slots() == 0) {
            unslottedTaken--;
        } else {
            slotsTaken -= slotsFor(kind.slots());
        }
        if (jobs < 0 || slotsTaken < 0 || unslottedTaken < 0 || isOverdrawn(kind)) {
            throw new AssertionError("BUG: host " + spec.name() + " was given back more than it gave");
        }
    }

    private boolean isOverdrawn(JobKind kind) {
        return !kind.needs().isEmpty()
                && kind.needs().keySet().stream().anyMatch(name -> taken.getOrDefault(name, 0L) < 0);
    }

    /**
     * Takes memory for a directory of a job, if there is enough.
     *
     * @param budget what such directories may have together if the host does not tell its memory
     */
    boolean takeScratch(long bytes, long budget) {
        long room = spec.memoryBytes() > 0
                ? spec.memoryBytes() - taken.getOrDefault(Resources.MEMORY, 0L)
                : budget - scratchTaken;
        if (bytes > room) {
            return false;
        }
        scratchTaken += bytes;
        taken.merge(Resources.MEMORY, bytes, Long::sum);
        return true;
    }

    /** Gives memory back whose directory is gone. */
    void giveBackScratch(long bytes) {
        scratchTaken -= bytes;
        taken.merge(Resources.MEMORY, -bytes, Long::sum);
        if (scratchTaken < 0) {
            throw new AssertionError("BUG: host " + spec.name() + " was given back more scratch than it gave");
        }
    }

    /** Learns how long a brief action took, and so how many may wait on the host itself. */
    void learnBrief(long nanos) {
        meanNanos += (nanos - meanNanos) / 8;
        ahead = meanNanos >= AHEAD_LIMIT_NANOS ? 0 : (int) Math.min(AHEAD_MOST, AHEAD_NANOS / Math.max(meanNanos, 1));
    }
}
