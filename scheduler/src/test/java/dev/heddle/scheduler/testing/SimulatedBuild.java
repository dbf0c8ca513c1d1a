package dev.heddle.scheduler.testing;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Dependency;
import dev.heddle.core.Expansion;
import dev.heddle.core.Task;
import dev.heddle.core.TaskAttributes;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.BuildHandle;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostCheck;
import dev.heddle.scheduler.host.HostJob;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.host.StepEnd;
import dev.heddle.scheduler.testing.SimulatedHost.Attempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** One build of a {@link Simulation}: sets up its world, runs it, and hands all that is told on to the rules. */
final class SimulatedBuild implements VirtualTime.Watch, SimulatedHost.Observer {
    /** How long a build may take in real time. */
    private static final long REAL_SECONDS = 300;

    private static final Duration MEDIAN = Duration.ofMinutes(5);
    private static final Duration BRIEF_MEDIAN = Duration.ofSeconds(2);

    private final long seed;
    private final BuildGraph graph;
    private final Set<Fault> faults;
    private final Map<String, Expansion> expansions;
    private final List<List<Expansion>> sources;
    private final boolean traces;
    private final VirtualTime time = new VirtualTime();
    private final Findings findings = new Findings(time);
    private final Map<String, KnownTask> tasks = new LinkedHashMap<>();
    private final Map<Long, Attempt> live = new HashMap<>();
    private final TaskRules taskRules;
    private final HostRules hostRules;
    private final SimulatedPorts ports;
    private final Outsiders outsiders;
    private final Weather weather;
    private final Luck luck;
    private final List<SimulatedHost> machines = new ArrayList<>();
    private final CompletableFuture<BuildHandle> handle = new CompletableFuture<>();
    private long jobs;
    private final List<String> trace = new ArrayList<>();
    private int clinging;

    SimulatedBuild(Simulation simulation, long seed) {
        this.seed = seed;
        this.traces = simulation.traces;
        this.graph = simulation.graph;
        this.faults = simulation.faults;
        this.expansions = simulation.expansions;
        this.sources = simulation.sources;
        Function<Task, Duration> takes = simulation.takes;
        List<HostSpec> hosts = simulation.hosts;
        boolean uniform = true;
        for (int i = 0; i < graph.size(); i++) {
            Task task = graph.task(i);
            know(task).here = true;
            uniform &= task.resources().slots() == 1 && task.resources().memoryBytes() == 0;
        }
        for (int i = 0; i < graph.size(); i++) {
            for (int e = 0; e < graph.dependencyCount(i); e++) {
                KnownTask on = task(graph.task(graph.dependency(i, e)).name());
                task(graph.task(i).name()).need(on, graph.dependencyKind(i, e), graph.dependencyStep(i, e));
            }
        }
        expansions.values().forEach(this::know);
        sources.forEach(source -> source.forEach(this::know));
        this.taskRules = new TaskRules(findings, tasks, !sources.isEmpty(), mostFailures());
        this.hostRules = new HostRules(
                findings, time, tasks, graph.pools(), name -> handle.join().why(name), uniform);
        this.ports = new SimulatedPorts(seed, findings);
        this.luck = new Luck(seed, faults, takes == null ? this::drawTime : takes, expansions);
        hosts.forEach(spec -> machine(spec));
        machines.forEach(hostRules::add);
        this.outsiders = new Outsiders(seed, faults, time, findings, tasks, taskRules, hostRules);
        expansions.keySet().forEach(name -> task(name).expands = true);
        this.weather = new Weather(
                seed,
                time,
                machines,
                taskRules,
                hostRules,
                handle::join,
                () -> machine(Weather.newcomer(machines.size())));
    }

    private KnownTask know(TaskAttributes task) {
        return tasks.computeIfAbsent(task.name(), name -> new KnownTask(task));
    }

    private void know(Expansion expansion) {
        expansion.tasks().forEach(this::know);
    }

    private KnownTask task(String name) {
        KnownTask known = tasks.get(name);
        if (known == null) {
            throw new AssertionError("BUG: no task " + name);
        }
        return known;
    }

    private SimulatedHost machine(HostSpec spec) {
        boolean twice = faults.contains(Fault.NEWS_TWICE) && new SplittableRandom(seed + machines.size()).nextBoolean();
        SimulatedHost host = new SimulatedHost(spec, time, luck::plan, this, twice);
        machines.add(host);
        return host;
    }

    /** From seconds to a day, a few very long. */
    private Duration drawTime(Task task) {
        SplittableRandom draw = new SplittableRandom(seed ^ task.name().hashCode() * 0x9E3779B97F4A7C15L);
        double spread = 0;
        for (int i = 0; i < 6; i++) {
            spread += draw.nextDouble() - 0.5; // nearly normal, of deviation 0.7
        }
        double nanos = (RandomTasks.isBrief(seed) ? BRIEF_MEDIAN : MEDIAN).toNanos()
                * Math.exp(2 * spread)
                * (draw.nextInt(100) == 0 ? 20 : 1);
        return Duration.ofNanos((long) nanos);
    }

    Simulation.Report go() {
        time.watch(this);
        weather.begin(faults);
        outsiders.begin(weather.healNanos(), machines);
        List<SimulatedSource> feeding = feeding();
        BuildResult result = null;
        try (Scheduler scheduler = scheduler()) {
            BuildHandle started = scheduler.start(graph, feeding, List.of());
            handle.complete(started);
            result = started.result().get(REAL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (findings.all().isEmpty()) {
                findings.add("engine", String.valueOf(e.getCause().getMessage()));
            }
        } catch (TimeoutException e) {
            findings.add("real time", "the build goes on and on");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            findings.add("real time", "interrupted");
        } finally {
            ports.buildOver();
        }
        if (result != null) {
            new EndRules(findings, tasks).check(result);
            ports.checkReturned(clinging);
            outsiders.end(clinging);
            for (SimulatedHost host : machines) {
                findings.check(host.isClosed(), "end", host.spec(), " was not closed");
            }
            findings.check(live.size() <= clinging, "end", "what still runs: ", live.values());
        }
        return new Simulation.Report(
                seed,
                faults,
                Duration.ofNanos(time.getAsLong()),
                findings.events(),
                jobs,
                List.copyOf(trace),
                findings.all().stream().map(Findings.Finding::toString).toList(),
                Optional.ofNullable(result));
    }

    private List<SimulatedSource> feeding() {
        List<SimulatedSource> feeding = new ArrayList<>();
        SplittableRandom when = Fault.SOURCES_EXPAND.luck(seed);
        for (List<Expansion> brings : sources) {
            SimulatedSource source = new SimulatedSource();
            feeding.add(source);
            time.source(source);
            long at = 0;
            for (Expansion expansion : brings) {
                at += when.nextLong(Duration.ofHours(2).toNanos());
                time.at(at, () -> bring(source, expansion));
            }
            time.at(at + when.nextLong(Duration.ofHours(1).toNanos()), () -> {
                if (!source.hasLeft()) {
                    source.end();
                }
            });
        }
        return feeding;
    }

    private void bring(SimulatedSource source, Expansion expansion) {
        if (!source.hasLeft()) {
            came(expansion);
            source.bring(expansion);
        }
    }

    private void came(Expansion expansion) {
        for (TaskSpec spec : expansion.tasks()) {
            KnownTask known = task(spec.name());
            if (!known.here) {
                taskRules.came(known);
                spec.dependencies().forEach(needed -> need(known, needed));
            }
        }
        expansion.dependencies().forEach(late -> need(task(late.task()), late.dependency()));
    }

    private void need(KnownTask task, Dependency needed) {
        task.need(task(needed.task()), needed.kind(), -1);
    }

    private int mostFailures() {
        return faults.contains(Fault.FEW_FAILURES)
                ? 1 + Fault.FEW_FAILURES.luck(seed).nextInt(3)
                : 0;
    }

    private Scheduler scheduler() {
        Hosts all = Hosts.of(new ArrayList<HostBackend>(machines));
        boolean checked = faults.contains(Fault.HOST_UNFIT) || seed % 2 == 0;
        Scheduler.Builder builder = Scheduler.builder()
                .hosts(checked ? all.checked(HostCheck.standard().arch("amd64")) : all)
                .ticker(time)
                .clock(time)
                .hostPatience(Duration.ofDays(30));
        for (Fault fault : faults) {
            switch (fault) {
                case FEW_FAILURES -> builder.maxFailures(mostFailures());
                case LISTENER_THROWS -> builder.listener(ports.throwing());
                case LISTENER_BLOCKS -> builder.listener(ports.blocking());
                case OUTPUT_THROWS -> builder.output(ports.output());
                case TRANSFER_THROWS -> builder.inputs(ports.inputs());
                case SOME_UP_TO_DATE -> builder.rebuilder(ports.rebuilder(tasks, expansions.keySet()));
                case POLICY_THROWS -> builder.policy(ports.brokenPolicy());
                default -> {}
            }
        }
        if (outsiders.isLocking()) {
            builder.locks(Outsiders.LOCKS);
            if (outsiders.clearsStale()) {
                builder.clearStaleLocks();
            }
        }
        if (faults.contains(Fault.STOP_FILE) || faults.contains(Fault.STOP_FILE_OF_HOST)) {
            builder.stopFile(Outsiders.STOP);
        }
        return builder.build();
    }

    // On the engine's thread.

    @Override
    public void onEvent(BuildEvent event) {
        findings.event();
        if (traces) {
            trace.add(event.toString());
        }
        if (event instanceof BuildEvent.JobStarted) {
            jobs++;
        }
        if (event instanceof BuildEvent.BuildFinished) {
            ports.buildOver();
        }
        taskRules.onEvent(event);
        if (event instanceof BuildEvent.JobFinished over) {
            boolean lives = live.containsKey(over.job().job());
            if (lives) {
                clinging++;
                taskRules.clinging(1);
            }
            KnownTask task = task(over.job().task());
            task.live = lives ? task.live : 0;
            Expansion added = expansions.get(task.name);
            if (added != null) {
                added.tasks().forEach(spec -> task(spec.name()).fresh = false);
            }
            hostRules.jobOver(over.job().job(), lives);
        }
        hostRules.onEvent(event);
        endIfBroken();
    }

    private void endIfBroken() {
        if (!findings.all().isEmpty()) {
            ports.buildOver();
            findings.endBuild();
        }
    }

    @Override
    public void idle() {
        hostRules.idle(taskRules.queued(), taskRules.isExcused(time.getAsLong()));
        outsiders.idle();
        endIfBroken();
    }

    @Override
    public void stalled() {
        findings.add("stalled", "nothing runs, nothing is due, and the build does not end");
        endIfBroken();
    }

    @Override
    public void spins() {
        findings.add("spins", "the engine turns without end at one moment");
        endIfBroken();
    }

    @Override
    public void began(SimulatedHost host, HostJob job, Attempt attempt) {
        KnownTask task = task(job.task().name());
        if (attempt.step() == 0 && attempt.stepAttempt() == 1) {
            findings.check(task.isReady(), "early", task, " starts before what it needs: ", task.needs);
            findings.check(task.live == 0, "twice", task, " runs twice at once");
            findings.check(!task.built, "twice", task, " was built already");
            task.live = job.info().job();
            outsiders.began(task);
            hostRules.began(host, job, job.task());
        }
        findings.check(task.live == job.info().job(), "twice", task, " runs on in a job that was over");
        findings.check(live.put(job.info().job(), attempt) == null, "twice", task, " runs two steps at once");
    }

    @Override
    public void ended(SimulatedHost host, HostJob job, Attempt attempt, StepEnd end) {
        KnownTask task = task(job.task().name());
        live.remove(job.info().job());
        boolean good = end instanceof StepEnd.Exited exited && exited.end().exitedWith(0);
        boolean made = good && attempt.step() == task.steps - 1;
        boolean told = task.job == job.info().job();
        if (told && good && !made) {
            task.stepsDone = Math.max(task.stepsDone, attempt.step() + 1);
        }
        if (!told) {
            clinging--;
            taskRules.clinging(-1);
        } else if (made) {
            task.made = true;
            Expansion more = expansions.get(task.name);
            if (more != null && !task.expanded) {
                expand(task, more);
            }
        }
        if (made || !told) {
            task.live = 0;
        }
        hostRules.stepEnded(job, made);
    }

    /** What a job adds comes into the build, unless it is too late for it. */
    private void expand(KnownTask by, Expansion more) {
        by.refused =
                more.dependencies().stream().anyMatch(late -> task(late.task()).hasBegun());
        if (!by.refused) {
            by.expanded = true;
            came(more);
            more.tasks().forEach(spec -> task(spec.name()).fresh = true);
        }
    }
}
