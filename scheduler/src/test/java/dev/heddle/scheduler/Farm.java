package dev.heddle.scheduler;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostCheck;
import dev.heddle.scheduler.host.HostEntry;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import dev.heddle.scheduler.testing.RecordingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Machines for tests of hosts, in imagined time: each tells about itself what the test says, and runs what it says. */
final class Farm {

    static final Duration SECOND = Duration.ofSeconds(1);

    /** A machine: what it answers to a probe, and how it runs tasks. May be changed while a build runs, by what runs on it. */
    static final class Machine {
        final String name;
        /** Its facts; null if it does not answer. */
        @Nullable
        Map<String, String> facts = new LinkedHashMap<>(
                Map.of("arch", "x86_64", "system", "Linux", "processors", "2", "files", "1024", "processes", "4096"));

        /** How long it takes to answer. */
        Duration thinks = Duration.ofMillis(10);

        Plan startup = Plan.success(SECOND);
        Plan versions = Plan.success(Duration.ofMillis(20)).printing("end\n");
        Function<Attempt, Plan> tasks = attempt -> Plan.success(SECOND);
        final List<FakeHost> backends = new ArrayList<>();

        Machine(String name) {
            this.name = name;
        }

        Machine tells(String fact, String value) {
            Map<String, String> known = facts == null ? new LinkedHashMap<>() : facts;
            known.put(fact, value);
            facts = known;
            return this;
        }

        Machine versions(String text) {
            versions = Plan.success(Duration.ofMillis(20)).printing(text + "end\n");
            return this;
        }

        Machine dead() {
            facts = null;
            return this;
        }

        private Plan plan(Attempt attempt) {
            return switch (attempt.task().name()) {
                case "heddle:hello" -> hello();
                case "heddle:startup" -> startup;
                case "heddle:versions" -> versions;
                default -> tasks.apply(attempt);
            };
        }

        private Plan hello() {
            Map<String, String> told = facts;
            if (told == null) {
                return Plan.hangs();
            }
            StringBuilder text = new StringBuilder();
            told.forEach((fact, value) ->
                    text.append("fact ").append(fact).append(' ').append(value).append('\n'));
            return Plan.success(thinks).printing(text + "end\n");
        }

        /** Names of the tasks that were started there, without the probes. */
        List<String> ran() {
            return started().stream()
                    .filter(task -> !task.startsWith("heddle:"))
                    .toList();
        }

        long probes() {
            return started().stream().filter("heddle:hello"::equals).count();
        }

        private List<String> started() {
            return backends.stream()
                    .flatMap(backend -> backend.startedTasks().stream())
                    .toList();
        }
    }

    final ManualTicker ticker = ManualTicker.jumping();
    final RecordingListener listener = new RecordingListener();
    final Map<String, Machine> machines = new HashMap<>();
    private final Path directory;
    private final List<String> lines = new ArrayList<>();
    HostCheck check = HostCheck.standard().arch("amd64");

    Farm(Path directory) {
        this.directory = directory;
    }

    /** Adds a line to the hosts file, and the machine that it names. */
    Machine host(String line) {
        lines.add(line);
        return machine(HostEntry.parse(line).name());
    }

    Machine machine(String name) {
        return machines.computeIfAbsent(name, Machine::new);
    }

    void line(String line) {
        lines.add(line);
    }

    Path file() {
        return directory.resolve("hosts");
    }

    /** Writes the hosts file. */
    void write(List<String> text) {
        try {
            Files.write(file(), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    HostBackend open(HostEntry entry) {
        Machine machine = machines.get(entry.name());
        if (machine == null) {
            throw new IllegalArgumentException("there is no machine '" + entry.name() + "'");
        }
        FakeHost backend = new FakeHost(entry.spec(), ticker, machine::plan);
        machine.backends.add(backend);
        return backend;
    }

    Scheduler.Builder scheduler() {
        write(lines);
        try {
            return Scheduler.builder()
                    .hosts(Hosts.file(file(), this::open).checked(check))
                    .ticker(ticker)
                    .clock(ticker)
                    .listener(listener)
                    .hostLogs(directory.resolve("logs"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    BuildResult run(BuildGraph graph) {
        try (Scheduler scheduler = scheduler().build()) {
            return scheduler.run(graph);
        }
    }

    /** What was told of hosts, in order: {@code name up}, {@code name down}, {@code name refused}, {@code name drains n}. */
    List<String> told() {
        List<String> told = new ArrayList<>();
        for (BuildEvent event : listener.events()) {
            if (event instanceof BuildEvent.HostUp up) {
                told.add(up.host() + " up " + up.slots());
            } else if (event instanceof BuildEvent.HostDown down) {
                told.add(down.host() + " down: " + down.why());
            } else if (event instanceof BuildEvent.HostRefused refused) {
                told.add(refused.host() + " refused: " + refused.why());
            } else if (event instanceof BuildEvent.HostDraining draining) {
                told.add(draining.host() + " drains " + draining.running() + ": " + draining.why());
            }
        }
        return told;
    }

    /** When an event of a host was told, since the build began. */
    <E extends BuildEvent> Duration when(Class<E> kind, int number) {
        return Duration.ofNanos(listener.events(kind).get(number).at().nanos());
    }

    List<String> warnings() {
        return listener.events(BuildEvent.EngineMessage.class).stream()
                .map(BuildEvent.EngineMessage::text)
                .toList();
    }
}
