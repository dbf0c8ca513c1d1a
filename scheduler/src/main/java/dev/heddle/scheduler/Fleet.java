package dev.heddle.scheduler;

import dev.heddle.scheduler.HostState.Drain;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostCheck;
import dev.heddle.scheduler.host.HostEntry;
import dev.heddle.scheduler.host.HostFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a build: takes in those that join, drains those that are to get nothing more, and lets go those that were taken
 * out once their last job has ended.
 *
 * <p>Owned by the loop's thread.
 */
final class Fleet {

    private static final long NEVER = -1;

    private final Surroundings around;
    private final Events events;
    private final Roster roster;
    private final Dispatcher dispatcher;
    private final HostHealth health;
    private final Set<HostState> draining = new LinkedHashSet<>();
    private final CompletableFuture<List<HostReport>> known = new CompletableFuture<>();
    private boolean anyLeft;
    private boolean over;
    private long hopelessSince = NEVER;

    Fleet(Surroundings around, Dispatcher dispatcher) {
        this.around = around;
        this.events = around.events();
        this.roster = around.settings().roster();
        this.dispatcher = dispatcher;
        this.health = new HostHealth(around, dispatcher);
    }

    HostHealth health() {
        return health;
    }

    /** Completes when every host has been found fit or not for the first time. */
    CompletableFuture<List<HostReport>> known() {
        return known;
    }

    void begin() {
        List.copyOf(dispatcher.hosts()).forEach(health::begin);
    }

    /** Lets go what has been drained. */
    void settle() {
        if (!draining.isEmpty()) {
            for (HostState host : List.copyOf(draining)) {
                if (host.jobs() == 0) {
                    drained(host);
                }
            }
        }
        if (!known.isDone() && dispatcher.hosts().stream().noneMatch(host -> host.health() == HostStatus.STARTING)) {
            known.complete(reports());
        }
    }

    List<HostReport> reports() {
        return dispatcher.hosts().stream().map(HostState::report).toList();
    }

    private @Nullable HostState find(String name) {
        for (HostState host : dispatcher.hosts()) {
            if (host.name().equals(name)) {
                return host;
            }
        }
        return null;
    }

    /** Gives a host nothing more; false if there is none of that name. */
    boolean drain(String name, String why) {
        HostState host = find(name);
        if (host != null && !over) {
            drain(host, Drain.ASKED, why);
        }
        return host != null;
    }

    /** Gives a host work again that {@link #drain} took it; false if there is none of that name. */
    boolean undrain(String name) {
        HostState host = find(name);
        if (host != null && !over) {
            undrain(host, Drain.ASKED);
        }
        return host != null;
    }

    private void drain(HostState host, Drain by, String why) {
        boolean first = !host.isDraining();
        if (host.drain(by, why) && first && host.jobs() > 0) {
            events.hostDraining(host.spec, why, host.jobs());
        }
        draining.add(host);
    }

    private void undrain(HostState host, Drain by) {
        if (host.undrain(by)) {
            draining.remove(host);
            if (host.health() == HostStatus.UP) {
                events.hostUp(host.spec);
            }
        }
    }

    private void drained(HostState host) {
        draining.remove(host);
        events.hostDraining(host.spec, String.valueOf(host.why()), 0);
        if (host.drains(Drain.REMOVED)) {
            leave(host);
        }
    }

    private void leave(HostState host) {
        anyLeft = true;
        health.forget(host);
        dispatcher.leave(host);
        if (roster.leave(host.member)) {
            HostBackend ending = host.backend;
            around.settings().hands().execute(ending::close);
        }
        Roster.Member next = host.replacement;
        if (next != null) {
            enter(next);
        }
    }

    /**
     * Takes a further host, or another one in the place of one that is leaving.
     *
     * @return what is wrong, or null
     */
    @Nullable
    String join(Roster.Member member) {
        HostState there = find(member.name());
        if (there == null) {
            enter(member);
        } else if (there.drains(Drain.REMOVED) && there.replacement == null) {
            there.replacement = member;
        } else {
            return "there is a host named '" + member.name() + "' already";
        }
        return null;
    }

    private void enter(Roster.Member member) {
        if (!roster.join(member)) {
            around.settings().hands().execute(member.backend()::close);
            return;
        }
        HostState host = HostHealth.newcomer(roster, member);
        dispatcher.join(host);
        if (!over) {
            health.begin(host);
        }
    }

    /** Takes a host out when its jobs have ended; false if there is none of that name. */
    boolean remove(String name, String why) {
        HostState host = find(name);
        if (host == null) {
            return false;
        }
        Roster.Member next = host.replacement;
        if (next != null) {
            host.replacement = null;
            around.settings().hands().execute(next.backend()::close);
        }
        if (over) {
            leave(host);
        } else {
            drain(host, Drain.REMOVED, why);
        }
        return true;
    }

    /** Follows the stop files of hosts. */
    void stopFiles(Set<String> present) {
        for (HostState host : List.copyOf(dispatcher.hosts())) {
            if (present.contains(host.name())) {
                if (!host.drains(Drain.STOP_FILE)) {
                    drain(host, Drain.STOP_FILE, "its stop file exists");
                    events.warning("the file " + stopFile(host) + " exists: host '" + host.name()
                            + "' is given no job until it is removed");
                }
            } else if (host.drains(Drain.STOP_FILE)) {
                undrain(host, Drain.STOP_FILE);
                events.message(
                        "the file " + stopFile(host) + " is gone: host '" + host.name() + "' is given jobs again");
            }
        }
    }

    private @Nullable Path stopFile(HostState host) {
        Path file = around.settings().stopFile();
        return file == null ? null : Lookout.ofHost(file, host.name());
    }

    /** Follows the hosts file, which has changed: what it names joins, what it names no more leaves. */
    void follow(HostFile file, String name) {
        HostCheck check = roster.check();
        if (check != null) {
            roster.check(check.startup(file.startup().orElse(null)));
        }
        Map<String, HostEntry> wanted = new HashMap<>();
        file.hosts().forEach(entry -> wanted.put(entry.name(), entry));
        for (HostState host : new ArrayList<>(dispatcher.hosts())) {
            HostEntry before = host.member.entry();
            HostEntry now = wanted.get(host.name());
            if (before == null) {
                continue;
            }
            if (now == null) {
                remove(host.name(), name + " names it no more");
            } else if (!host.drains(Drain.REMOVED) && now.sameAs(before)) {
                wanted.remove(host.name());
            } else {
                remove(host.name(), name + " says something else of it now");
            }
        }
        for (int i = 0; i < file.hosts().size(); i++) {
            HostEntry entry = file.hosts().get(i);
            if (wanted.containsKey(entry.name())) {
                join(entry, name + ":" + entry.line() + ":" + file.column(i));
            }
        }
    }

    private void join(HostEntry entry, String place) {
        String problem;
        try {
            Roster.Member member = roster.open(entry);
            problem = join(member);
            if (problem != null) {
                around.settings().hands().execute(member.backend()::close);
            }
        } catch (IllegalArgumentException e) {
            problem = String.valueOf(e.getMessage());
        }
        if (problem != null) {
            events.warning(place + ": " + problem);
        }
    }

    /** A job started: there is hope. */
    void hope() {
        hopelessSince = NEVER;
    }

    /**
     * Whether a build in which nothing runs should go on waiting, because of hosts: one that rests or is still asked comes
     * back, one that is drained may be given work again, and for one that is down or unfit, or left, there is the patience of
     * the settings.
     */
    boolean isAwaited() {
        boolean out = anyLeft;
        for (HostState host : dispatcher.hosts()) {
            HostStatus status = host.status();
            if (status == HostStatus.STARTING
                    || status == HostStatus.SUSPECT
                    || host.isDraining()
                    || host.awaitsOthers) {
                hopelessSince = NEVER;
                return true;
            }
            out |= status != HostStatus.UP;
        }
        if (!out) {
            return false;
        }
        long now = events.now();
        long patience = around.settings().hostPatience().toNanos();
        if (hopelessSince == NEVER) {
            hopelessSince = now;
            around.timers().at(now + patience, () -> {}); // The loop wakes up and looks again.
        }
        return now - hopelessSince < patience;
    }

    /** Ends what still asks hosts. */
    void end() {
        over = true;
        health.end();
        known.complete(reports());
    }
}
