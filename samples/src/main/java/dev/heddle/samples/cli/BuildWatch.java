package dev.heddle.samples.cli;

import dev.heddle.core.event.BuildEventListener;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.JournalReader;
import dev.heddle.logmux.JournalTask;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.Sink;
import dev.heddle.logmux.console.CiDisplay;
import dev.heddle.logmux.console.ConsoleDisplay;
import dev.heddle.logmux.console.Controls;
import dev.heddle.scheduler.BuildHandle;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The person before the screen: is shown the build by a {@link ConsoleDisplay}, and does something to it by keys.
 *
 * <p>May be used from any thread; what belongs to it is set before the first job starts.
 */
public final class BuildWatch implements Controls {

    private volatile GroupingStrategy strategy;
    private volatile @Nullable BuildEventListener display;
    private volatile Runnable giveBack = () -> {};
    private volatile @Nullable OutputMultiplexer multiplexer;
    private volatile @Nullable BuildHandle build;
    private volatile boolean paused;

    BuildWatch(GroupingStrategy strategy) {
        this.strategy = strategy;
    }

    void shows(Sink shown, OutputMultiplexer of) {
        if (shown instanceof ConsoleDisplay console) {
            display = console.listener();
            giveBack = console::restore;
        } else if (shown instanceof CiDisplay ci) {
            display = ci.listener();
        }
        multiplexer = of;
    }

    /** A text without the secrets that the multiplexer masks. */
    String masked(String text) {
        OutputMultiplexer known = multiplexer;
        return known == null ? text : known.masked(text);
    }

    /** What the build tells its events to: the display, and the recording, which keeps those that reports are made of. */
    public BuildEventListener listener() {
        BuildEventListener shown = Objects.requireNonNull(display, "display");
        BuildEventListener recorded =
                Objects.requireNonNull(multiplexer, "multiplexer").events();
        return event -> {
            shown.onEvent(event);
            recorded.onEvent(event);
        };
    }

    /** A build begins; keys are for it from now on. */
    public void begins(BuildHandle handle) {
        build = handle;
        paused = false;
    }

    /** Gives the terminal back when the process ends in the middle of the build. May be called at any time. */
    public void restore() {
        giveBack.run();
    }

    @Override
    public String regroup() {
        List<GroupingStrategy> all = GroupingStrategy.all();
        int index = 0;
        while (index < all.size() && !all.get(index).name().equals(strategy.name())) {
            index++;
        }
        GroupingStrategy next = all.get((index + 1) % all.size());
        OutputMultiplexer known = multiplexer;
        if (known != null) {
            known.strategy(next);
            strategy = next;
        }
        return strategy.name();
    }

    @Override
    public void showHeld() {
        OutputMultiplexer known = multiplexer;
        if (known != null) {
            known.dumpHeld();
        }
    }

    @Override
    public boolean pauseOrGoOn() {
        BuildHandle running = build;
        if (running == null) {
            return false;
        }
        paused = !paused;
        if (paused) {
            running.pause();
        } else {
            running.resume();
        }
        return paused;
    }

    @Override
    public void quit() {
        BuildHandle running = build;
        if (running != null) {
            running.stop("asked for by a key");
        }
    }

    @Override
    public boolean log(String task, OutputStream to) throws IOException {
        OutputMultiplexer known = multiplexer;
        if (known == null) {
            return false;
        }
        try (JournalReader reader = known.reader()) {
            Optional<JournalTask> found = reader.lastOf(task);
            if (found.isEmpty()) {
                found = reader.tasks().stream()
                        .filter(each -> each.job().task().contains(task))
                        .reduce((earlier, later) -> later);
            }
            if (found.isEmpty()) {
                return false;
            }
            reader.copy(found.get(), to);
            return true;
        }
    }
}
