package dev.heddle.scheduler;

import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostCheck;
import dev.heddle.scheduler.host.HostEntry;
import dev.heddle.scheduler.host.Hosts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that a scheduler has at the moment, from one of its builds to the next: those it was given, and what joined and
 * left while builds ran. May be used from any thread.
 */
final class Roster {

    /**
     * A host of the roster.
     *
     * @param backend the host
     * @param entry what the hosts file says of it, or null if it comes from no file
     */
    record Member(HostBackend backend, @Nullable HostEntry entry) {
        String name() {
            return backend.spec().name();
        }

        /** Whether it is the machine on which Heddle runs. */
        boolean isLocal() {
            return entry != null && entry.kind().equals(HostEntry.LOCAL);
        }

        /** How long it has to answer. */
        Duration answerTime() {
            return entry == null ? HostEntry.DEFAULT_TIMEOUT : entry.answerTime();
        }
    }

    private final Hosts given;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final List<Member> members = new ArrayList<>();
    private @Nullable HostCheck check;
    private boolean closed;

    Roster(Hosts given) {
        this.given = given;
        this.check = given.check().orElse(null);
        given.backends()
                .forEach(backend -> members.add(
                        new Member(backend, given.entries().get(backend.spec().name()))));
    }

    List<Member> members() {
        lock.lock();
        try {
            return List.copyOf(members);
        } finally {
            lock.unlock();
        }
    }

    /** The hosts file, or null. */
    @Nullable
    Path file() {
        return given.file().orElse(null);
    }

    /** What hosts have to show before they get work; null if they are taken as they are. */
    @Nullable
    HostCheck check() {
        lock.lock();
        try {
            return check;
        } finally {
            lock.unlock();
        }
    }

    void check(HostCheck changed) {
        lock.lock();
        try {
            check = changed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The backend of a further host, which does not belong to the roster yet.
     *
     * @throws IllegalArgumentException if there is no such kind of host
     */
    Member open(HostEntry entry) {
        return new Member(given.open(entry), entry);
    }

    /** Takes a host, which it closes at its end; false if it is closed itself. */
    boolean join(Member member) {
        lock.lock();
        try {
            return !closed && members.add(member);
        } finally {
            lock.unlock();
        }
    }

    /** Lets a host go, which the caller closes; false if somebody does already. */
    boolean leave(Member member) {
        lock.lock();
        try {
            return members.removeIf(each -> each.backend() == member.backend());
        } finally {
            lock.unlock();
        }
    }

    /** Closes the hosts and takes no further one. */
    void close() {
        List<Member> ending;
        lock.lock();
        try {
            closed = true;
            ending = List.copyOf(members);
            members.clear();
        } finally {
            lock.unlock();
        }
        ending.forEach(member -> member.backend().close());
    }
}
