package dev.heddle.scheduler.testing;

import dev.heddle.scheduler.BuildHandle;
import dev.heddle.scheduler.host.HostSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What befalls the machines of a simulation, and what is done to the build from outside, drawn beforehand. When a time has come all of
 * it heals, so that the build must then come to its end.
 */
final class Weather {

    private static final int MOST_OF_A_KIND = 12;

    private final long seed;
    private final VirtualTime time;
    private final List<SimulatedHost> hosts;
    private final TaskRules tasks;
    private final HostRules rules;
    private final Supplier<BuildHandle> build;
    private final Supplier<SimulatedHost> further;
    private final long healNanos;
    private final Set<SimulatedHost> gone = new HashSet<>();
    private boolean cancelled;
    private int joined;

    /**
     * @param hosts those of the beginning; the first is never taken out
     * @param further makes a host that joins
     */
    Weather(
            long seed,
            VirtualTime time,
            List<SimulatedHost> hosts,
            TaskRules tasks,
            HostRules rules,
            Supplier<BuildHandle> build,
            Supplier<SimulatedHost> further) {
        this.seed = seed;
        this.time = time;
        this.hosts = new ArrayList<>(hosts);
        this.tasks = tasks;
        this.rules = rules;
        this.build = build;
        this.further = further;
        Duration longest = RandomTasks.isBrief(seed) ? Duration.ofMinutes(5) : Duration.ofDays(1);
        this.healNanos = new SplittableRandom(seed).nextLong(longest.toNanos() / 100, longest.toNanos());
    }

    /** When all of it heals. */
    long healNanos() {
        return healNanos;
    }

    void begin(Set<Fault> faults) {
        for (Fault fault : faults) {
            SplittableRandom luck = fault.luck(seed);
            int times = 1 + luck.nextInt(MOST_OF_A_KIND);
            switch (fault) {
                case HOST_DOWN -> spells(luck, times, host -> host.goDown(Duration.ofMillis(luck.nextInt(30_000))));
                case HOST_FROZEN -> spells(luck, times, SimulatedHost::freeze);
                case HOST_SLOW -> spells(luck, times, host -> host.speed(0.02 + luck.nextDouble() / 2));
                case HOST_UNFIT ->
                    spells(luck, times, host -> {
                        host.arch("riscv64");
                        host.lose();
                    });
                case HOST_FULL -> spells(luck, times, SimulatedHost::fill);
                case JOB_LOST -> spells(luck, times, SimulatedHost::lose);
                case DRAIN -> drains(luck, times);
                case HOSTS_COME_AND_GO -> comings(luck, times);
                case PAUSE -> pauses(luck, times);
                case STOP_AND_RESUME -> stops(luck, times);
                case STOP ->
                    at(luck, () -> {
                        tasks.standstill("it was stopped");
                        build.get().stop("enough");
                    });
                case CANCEL ->
                    at(luck, () -> {
                        cancelled = true;
                        tasks.standstill("it was cancelled");
                        build.get().cancel("enough");
                        build.get().resume(); // Which is too late.
                    });
                case CLOCK_JUMPS ->
                    repeat(luck, times, () -> time.jumpWall(Duration.ofSeconds(luck.nextInt(200_000) - 100_000)));
                default -> {}
            }
        }
        time.at(healNanos, this::heal);
    }

    private long moment(SplittableRandom luck) {
        return luck.nextLong(healNanos);
    }

    private long later(SplittableRandom luck, long from) {
        long length =
                (long) Math.exp(luck.nextDouble() * Math.log(Duration.ofHours(6).toNanos()));
        return Math.min(healNanos, from + length);
    }

    private void at(SplittableRandom luck, Runnable action) {
        time.at(moment(luck), action);
    }

    private void repeat(SplittableRandom luck, int times, Runnable action) {
        for (int i = 0; i < times; i++) {
            at(luck, action);
        }
    }

    private void spells(SplittableRandom luck, int times, Consumer<SimulatedHost> begins) {
        for (int i = 0; i < times; i++) {
            long from = moment(luck);
            long to = later(luck, from);
            int which = luck.nextInt(hosts.size());
            time.at(from, () -> {
                begins.accept(hosts.get(which));
                rules.changed(hosts.get(which));
            });
            time.at(to, () -> heal(hosts.get(which)));
        }
    }

    private void heal(SimulatedHost host) {
        host.heal();
        rules.changed(host);
    }

    private void drains(SplittableRandom luck, int times) {
        for (int i = 0; i < times; i++) {
            long from = moment(luck);
            SimulatedHost host = hosts.get(luck.nextInt(hosts.size()));
            time.at(from, () -> {
                if (!gone.contains(host)) {
                    rules.drained(host, true);
                    build.get().drain(host.spec().name(), "a person wants it");
                }
            });
            time.at(later(luck, from), () -> undrain(host));
        }
    }

    private void undrain(SimulatedHost host) {
        if (!gone.contains(host)) {
            rules.drained(host, false);
            build.get().undrain(host.spec().name());
        }
    }

    private void comings(SplittableRandom luck, int times) {
        for (int i = 0; i < times; i++) {
            boolean comes = luck.nextBoolean() || hosts.size() < 2;
            int which = hosts.size() < 2 ? 0 : 1 + luck.nextInt(hosts.size() - 1);
            at(luck, () -> {
                if (comes) {
                    SimulatedHost host = further.get();
                    joined++;
                    rules.add(host);
                    build.get().addHost(host);
                    hosts.add(host);
                } else {
                    SimulatedHost host = hosts.get(which);
                    if (gone.add(host)) {
                        rules.drained(host, true);
                        build.get().removeHost(host.spec().name(), "it is sold");
                    }
                }
            });
        }
    }

    private void pauses(SplittableRandom luck, int times) {
        for (int i = 0; i < times; i++) {
            long from = moment(luck);
            time.at(from, () -> {
                tasks.standstill("it pauses");
                build.get().pause();
            });
            time.at(later(luck, from), this::resume);
        }
    }

    private void stops(SplittableRandom luck, int times) {
        for (int i = 0; i < times; i++) {
            long from = moment(luck);
            time.at(from, () -> {
                tasks.standstill("it was stopped");
                build.get().stop("for a moment");
            });
            time.at(Math.min(later(luck, from), from + Duration.ofMinutes(1).toNanos()), this::resume);
        }
    }

    private void resume() {
        if (!cancelled) {
            tasks.standstill(null);
            build.get().resume();
        }
    }

    private void heal() {
        for (SimulatedHost host : List.copyOf(hosts)) {
            heal(host);
            undrain(host);
        }
        resume();
    }

    /** How many hosts joined. */
    int joined() {
        return joined;
    }

    /** A host of the kind that joins. */
    static HostSpec newcomer(int number) {
        return HostSpec.of("n" + number, 1 + number % 5);
    }
}
