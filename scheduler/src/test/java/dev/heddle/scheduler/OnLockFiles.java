package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.scheduler.LockDirectory.Held;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.FakeHost.Attempt;
import dev.heddle.scheduler.testing.FakeHost.Plan;
import dev.heddle.scheduler.testing.ManualTicker;
import dev.heddle.scheduler.testing.RecordingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Builds with lock files on one fake host, and what is in the directory of the locks. */
abstract class OnLockFiles {

    static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    Path locks = Path.of("");
    final ManualTicker ticker = ManualTicker.jumping();
    final RecordingListener listener = new RecordingListener();
    List<String> started = new ArrayList<>();

    @BeforeEach
    void locks() {
        locks = directory.resolve("locks");
    }

    BuildResult run(int slots, BuildGraph graph, Function<Attempt, Plan> script) {
        return run(slots, graph, script, builder -> {});
    }

    BuildResult run(int slots, BuildGraph graph, Function<Attempt, Plan> script, Consumer<Scheduler.Builder> more) {
        FakeHost host = new FakeHost(HostSpec.of("fake", slots), ticker, script);
        started = host.startedTasks();
        Scheduler.Builder builder = Scheduler.builder()
                .hosts(Hosts.of(host))
                .ticker(ticker)
                .clock(ticker)
                .locks(locks)
                .listener(listener);
        more.accept(builder);
        try (Scheduler scheduler = builder.build()) {
            BuildResult result = scheduler.run(graph);
            started = host.startedTasks();
            return result;
        }
    }

    List<String> files() {
        try (Stream<Path> files = Files.list(locks)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String read(String file) {
        try {
            return Files.readString(locks.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String file, String text) {
        try {
            Files.createDirectories(locks);
            Files.writeString(locks.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(String file) {
        try {
            Files.delete(locks.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Plan succeed(Attempt attempt) {
        return Plan.success(SECOND);
    }

    String letters(String task) {
        StringBuilder letters = new StringBuilder();
        for (BuildEvent.TaskStateChanged moved : listener.events(BuildEvent.TaskStateChanged.class)) {
            if (moved.task().equals(task)) {
                letters.append(moved.to().letter());
            }
        }
        return letters.toString();
    }

    List<String> messages() {
        return listener.events(BuildEvent.EngineMessage.class).stream()
                .map(BuildEvent.EngineMessage::text)
                .toList();
    }

    /** A lock of a process that ran and has ended. */
    void lockOfTheDead(String task, String... exclusive) throws Exception {
        Process process = new ProcessBuilder("true").start();
        ProcessMark dead = ProcessMark.of(Path.of("/"), process.pid());
        process.waitFor();
        ProcessMark own = ProcessMark.own();
        ProcessMark mark = new ProcessMark(
                own.host(),
                process.pid(),
                dead.born().equals("-") ? "1" : dead.born(),
                own.boot(),
                own.space(),
                own.machine());
        assertThat(new LockDirectory(locks, mark, ticker, false).take(task, List.of(exclusive), "x"))
                .isInstanceOf(Held.class);
    }
}
