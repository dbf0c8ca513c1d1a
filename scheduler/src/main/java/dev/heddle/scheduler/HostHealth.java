package dev.heddle.scheduler;

import dev.heddle.core.FailureText;
import dev.heddle.scheduler.host.HostCheck;
import dev.heddle.scheduler.host.HostSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts are fit for work: lets each show it before it gets some, takes from the work those that lose jobs, do not answer
 * or differ from the others, and lets them show it again after pauses that grow.
 *
 * <p>Hosts that need not show anything are fit from the beginning, and again when the pause after a loss is over.
 *
 * <p>Owned by the loop's thread.
 */
final class HostHealth {

    private static final long SHORTEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** How long the first hosts to answer wait for the others before they make out in what hosts must agree. */
    private static final long VOTE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Surroundings around;
    private final Events events;
    private final Roster roster;
    private final Dispatcher dispatcher;
    private final Consensus consensus;
    private boolean voteSet;
    private boolean voteOver;

    HostHealth(Surroundings around, Dispatcher dispatcher) {
        this.around = around;
        this.events = around.events();
        this.roster = around.settings().roster();
        this.dispatcher = dispatcher;
        HostCheck check = roster.check();
        this.consensus = new Consensus(check == null ? Map.of() : check.reference());
    }

    /** A host as it is before it has shown anything. */
    static HostState newcomer(Roster roster, Roster.Member member) {
        HostSpec declared = member.backend().spec();
        HostCheck check = roster.check();
        if (check == null) {
            return new HostState(member, declared, true);
        }
        boolean slotsKnown = declared.slots() < HostSpec.MAX_SLOTS;
        return new HostState(member, withArch(declared, declared.slots(), check.arch()), slotsKnown);
    }

    /** What a host offers, with its architecture if it declares none. */
    private static HostSpec withArch(HostSpec declared, int slots, String arch) {
        Map<String, String> properties = new TreeMap<>(declared.properties());
        properties.putIfAbsent("arch", MachineArch.canonical(arch));
        return new HostSpec(
                declared.name(),
                slots,
                declared.unslotted(),
                declared.memoryBytes(),
                properties,
                declared.speed(),
                declared.amounts());
    }

    /** Takes a new host in. */
    void begin(HostState host) {
        HostCheck check = roster.check();
        if (check == null) {
            up(host, null);
            learn(host);
        } else {
            probe(host, check);
        }
    }

    /** Looks at the limits of a host that need not show anything. */
    private void learn(HostState host) {
        Roster.Member member = host.member;
        around.settings().hands().execute(() -> {
            Map<String, String> facts = PortCalls.facts(member.backend());
            if (!facts.isEmpty()) {
                around.inbox().post(() -> {
                    host.facts = facts;
                    complain(host);
                });
            }
        });
    }

    private void complain(HostState host) {
        HostLimits.complaint(host.spec, host.facts)
                .ifPresent(complaint -> events.warning("host " + host.name() + ": " + complaint));
    }

    private void up(HostState host, @Nullable String complaint) {
        host.become(HostStatus.UP, complaint);
        host.misses = 0;
        host.doubted = false;
        events.hostUp(host.spec);
        dispatcher.hostsChanged();
    }

    private void probe(HostState host, HostCheck check) {
        HostProbe before = host.probe;
        if (before != null && !before.isOver()) {
            askLater(host); // It was told to end, and nothing is asked beside it.
            return;
        }
        HostProbe probe = new HostProbe(host, check, around, result -> probed(host, check, result));
        host.probe = probe;
        probe.start();
    }

    private void probed(HostState host, HostCheck check, HostProbe.Result result) {
        if (host.health() == HostStatus.SUSPECT && events.now() < host.restsUntil) {
            return; // Its rest was made longer meanwhile; it is asked again behind that.
        }
        if (result instanceof HostProbe.Result.Answer answer) {
            answered(host, check, answer.facts());
        } else if (result instanceof HostProbe.Result.Unfit unfit) {
            refuse(host, unfit.why());
        } else if (result instanceof HostProbe.Result.NoAnswer none) {
            down(host, none.why());
        }
        judgeWaiting();
    }

    private void answered(HostState host, HostCheck check, Map<String, String> facts) {
        host.facts = Map.copyOf(facts);
        String told = MachineArch.canonical(facts.getOrDefault("arch", ""));
        String declared = host.backend.spec().properties().get("arch");
        String wanted = declared != null
                ? MachineArch.canonical(declared)
                : host.member.isLocal() ? told : MachineArch.canonical(check.arch());
        if (!told.equals(wanted)) {
            refuse(
                    host,
                    "its architecture is '" + told + "', not '" + wanted + "'"
                            + (declared == null ? " as this machine's; write arch=" + told : "; correct arch="));
            return;
        }
        if (host.backend.spec().slots() == HostSpec.MAX_SLOTS && HostLimits.number(facts.get("processors")) < 1) {
            refuse(host, "it does not say how many processors it has; write jobs=N");
            return;
        }
        consensus.tell(host.name(), told, facts);
        host.awaitsOthers = true;
        if (!voteSet) {
            voteSet = true;
            around.timers().at(events.now() + VOTE_NANOS, () -> {
                voteOver = true;
                judgeWaiting();
            });
        }
    }

    /** Decides on the hosts that told what they are, as far as that can be done already. */
    private void judgeWaiting() {
        int silent = 0;
        List<HostState> waiting = new ArrayList<>();
        for (HostState host : dispatcher.hosts()) {
            if (host.awaitsOthers) {
                waiting.add(host);
            } else if (host.health() == HostStatus.STARTING) {
                silent++;
            }
        }
        int open = voteOver ? 0 : silent;
        Map<String, Boolean> decided = new HashMap<>();
        for (HostState host : waiting) {
            String arch = MachineArch.canonical(host.facts.getOrDefault("arch", ""));
            if (decided.computeIfAbsent(arch, each -> consensus.isDecided(each, open))) {
                host.awaitsOthers = false;
                judge(host);
            }
        }
    }

    private void judge(HostState host) {
        Consensus.Verdict verdict = consensus.judge(host.name());
        List<String> differences = verdict.differences();
        if (!differences.isEmpty()) {
            String why = "it differs from " + verdict.reference() + " in " + differences.get(0)
                    + (differences.size() > 1 ? ", and in " + (differences.size() - 1) + " more" : "");
            if (!host.is(HostStatus.REFUSED, why)) {
                note(host.name(), verdict);
            }
            refuse(host, why);
            return;
        }
        if (!host.slotsKnown || host.jobs() == 0) { // What jobs were given is given back as it was.
            host.spec = told(host);
            host.slotsKnown = true;
        }
        if (host.health() == HostStatus.STARTING) {
            complain(host);
        }
        up(host, HostLimits.complaint(host.spec, host.facts).orElse(null));
    }

    private static HostSpec told(HostState host) {
        HostSpec declared = host.backend.spec();
        int slots = declared.slots() < HostSpec.MAX_SLOTS
                ? declared.slots()
                : (int) Math.min(HostLimits.number(host.facts.get("processors")), HostSpec.MAX_SLOTS);
        return withArch(declared, slots, host.facts.getOrDefault("arch", ""));
    }

    private void note(String host, Consensus.Verdict verdict) {
        Settings settings = around.settings();
        Path logs = settings.hostLogs();
        if (logs == null) {
            return;
        }
        settings.hands().execute(() -> {
            try {
                HostLogs.differs(logs, settings.clock().instant(), host, verdict);
            } catch (IOException e) {
                around.inbox().post(() -> events.warning("signature.log cannot be written: " + FailureText.of(e)));
            }
        });
    }

    private void down(HostState host, String why) {
        boolean news = !host.is(HostStatus.DOWN, why);
        // What it told goes on counting: else the compiler of a build could change when a machine goes down.
        host.become(HostStatus.DOWN, why);
        if (news) {
            events.hostDown(host.spec, why);
            events.warning("host " + host.name() + " is down: " + why);
        }
        askLater(host);
    }

    private void refuse(HostState host, String why) {
        boolean news = !host.is(HostStatus.REFUSED, why);
        host.become(HostStatus.REFUSED, why);
        if (news) {
            events.hostRefused(host.spec, why);
            events.warning("host " + host.name() + " is refused: " + why);
        }
        askLater(host);
    }

    private void askLater(HostState host) {
        host.misses++;
        long pause = Math.min(LONGEST_PAUSE_NANOS, SHORTEST_PAUSE_NANOS << Math.min(host.misses - 1, 10));
        wake(host, pause);
    }

    /** Asks every host that is down or was refused again, now. */
    void askAgain() {
        HostCheck check = roster.check();
        for (HostState host : List.copyOf(dispatcher.hosts())) {
            boolean out = host.health() == HostStatus.DOWN || host.health() == HostStatus.REFUSED;
            if (out && check != null && !host.awaitsOthers) {
                host.misses = 0;
                host.changes++;
                probe(host, check);
            }
        }
    }

    /** A host lost a job, or ran one; one that loses jobs rests, longer each time in a row. */
    void did(HostState host, @Nullable String lost) {
        if (lost == null) {
            host.losses = 0;
            return;
        }
        host.losses++;
        if (host.health() == HostStatus.UP) {
            rest(host, lost, Math.min(LONGEST_PAUSE_NANOS, SHORTEST_REST_NANOS << Math.min(host.losses - 1, 20)));
            events.warning("host " + host.name() + " could not run a job: " + lost);
        }
    }

    /** Gives a host that is up no work for a while, after which it is tried or asked. */
    void rest(HostState host, String why, long nanos) {
        host.become(HostStatus.SUSPECT, why);
        events.hostDown(host.spec, why);
        host.restsUntil = events.now() + nanos;
        wake(host, nanos);
    }

    /** Lets a host that rests go on resting, from now on. */
    void restLonger(HostState host, long nanos) {
        host.changes++;
        host.restsUntil = events.now() + nanos;
        wake(host, nanos);
    }

    /** Ends the rest of a host that was doubted wrongly, unless it is asked anyway. */
    void rehabilitate(HostState host) {
        HostProbe asked = host.probe;
        if (host.health() == HostStatus.SUSPECT
                && (asked == null || asked.isOver())
                && !host.awaitsOthers
                && !host.drains(HostState.Drain.REMOVED)) {
            up(host, null);
        }
    }

    private void wake(HostState host, long nanos) {
        int since = host.changes;
        around.timers().at(events.now() + nanos, () -> {
            if (host.changes != since || host.awaitsOthers || host.drains(HostState.Drain.REMOVED)) {
                return;
            }
            HostCheck check = roster.check();
            if (check == null) {
                up(host, null);
            } else {
                probe(host, check);
            }
        });
    }

    /** Forgets a host that leaves. */
    void forget(HostState host) {
        consensus.forget(host.name());
        host.awaitsOthers = false;
        host.changes++;
        HostProbe probe = host.probe;
        if (probe != null) {
            probe.end();
        }
    }

    /** Ends what still asks. */
    void end() {
        dispatcher.hosts().forEach(host -> {
            HostProbe probe = host.probe;
            if (probe != null) {
                probe.end();
            }
        });
    }
}
