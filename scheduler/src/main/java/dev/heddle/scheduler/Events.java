package dev.heddle.scheduler;

import dev.heddle.core.Channel;
import dev.heddle.core.JobNote;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEvent.Stamp;
import dev.heddle.core.event.Counters;
import dev.heddle.core.event.EventFeed;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.host.HostSpec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells what happens, in one order, and keeps the build's time. Without listeners nothing is made.
 *
 * <p>Owned by the loop's thread, but for {@link #say}.
 */
final class Events {

    private final LiveGraph graph;
    private final Settings settings;
    private final EventFeed feed;
    private final boolean enabled;
    private final long origin;
    private long sequence;

    Events(LiveGraph graph, Settings settings) {
        this.graph = graph;
        this.settings = settings;
        this.enabled = !settings.listeners().isEmpty();
        this.origin = settings.ticker().getAsLong();
        this.feed = new EventFeed(settings.listeners(), this::listenerBroke);
    }

    private void listenerBroke(String message) {
        say(Channel.ERROR, message);
    }

    boolean enabled() {
        return enabled;
    }

    /** Nanoseconds since the build began. */
    long now() {
        return settings.ticker().getAsLong() - origin;
    }

    /** The ticker's time at which the build began. */
    long origin() {
        return origin;
    }

    private Stamp stamp() {
        return new Stamp(++sequence, now(), settings.clock().instant());
    }

    /** Tells the user something, apart from all output of jobs; from any thread that is not the loop's. */
    private void say(Channel channel, String text) {
        try {
            settings.output().message(channel, text);
        } catch (RuntimeException e) { // The embedder's code; there is nobody left to tell.
            return;
        }
    }

    private void engine(Channel channel, String text) {
        settings.hands().execute(() -> say(channel, text));
        if (enabled) {
            feed.publish(new BuildEvent.EngineMessage(stamp(), channel, text));
        }
    }

    void error(String text) {
        engine(Channel.ERROR, text);
    }

    void warning(String text) {
        engine(Channel.WARNING, text);
    }

    void buildStarted() {
        if (enabled) {
            feed.publish(new BuildEvent.BuildStarted(stamp(), graph.size(), graph.edgeCount()));
        }
    }

    void graphChanged(boolean complete) {
        if (enabled) {
            feed.publish(new BuildEvent.GraphChanged(stamp(), graph.size(), graph.edgeCount(), complete));
        }
    }

    void moved(int task, TaskState from, TaskState to) {
        if (enabled) {
            feed.publish(
                    new BuildEvent.TaskStateChanged(stamp(), graph.task(task).name(), from, to));
        }
    }

    void taskFinished(int task, Outcome outcome) {
        if (enabled) {
            feed.publish(new BuildEvent.TaskFinished(stamp(), graph.task(task).name(), outcome));
        }
    }

    void jobStarted(JobRun job) {
        if (enabled) {
            feed.publish(
                    new BuildEvent.JobStarted(stamp(), job.info, job.lease().slots()));
        }
    }

    void stepStarted(JobRun job, long pid) {
        if (enabled) {
            feed.publish(new BuildEvent.StepStarted(
                    stamp(), job.info.job(), job.currentStep().name(), pid));
        }
    }

    void stepFinished(JobRun job, Outcome outcome, Duration elapsed) {
        if (enabled) {
            feed.publish(new BuildEvent.StepFinished(
                    stamp(), job.info.job(), job.currentStep().name(), outcome, elapsed));
        }
    }

    void noted(JobRun job, JobNote note) {
        if (enabled) {
            feed.publish(new BuildEvent.Noted(stamp(), job.info.job(), note));
        }
    }

    void jobFinished(JobRun job, Outcome outcome, Duration elapsed) {
        if (enabled) {
            feed.publish(new BuildEvent.JobFinished(stamp(), job.info, outcome, elapsed));
        }
    }

    void hostUp(HostSpec host) {
        if (enabled) {
            feed.publish(new BuildEvent.HostUp(stamp(), host.name(), host.slots()));
        }
    }

    void hostDown(HostSpec host, String why) {
        if (enabled) {
            feed.publish(new BuildEvent.HostDown(stamp(), host.name(), why));
        }
    }

    void statistics(Counters counters, List<String> troubled) {
        if (enabled) {
            feed.publish(new BuildEvent.Statistics(stamp(), counters, troubled));
        }
    }

    void stopping(String why) {
        if (enabled) {
            feed.publish(new BuildEvent.Stopping(stamp(), why));
        }
    }

    void finished(boolean succeeded, Counters counters, @Nullable String stopped) {
        if (enabled) {
            feed.publish(new BuildEvent.BuildFinished(stamp(), succeeded, counters, stopped));
        }
    }

    /** Delivers what was told and ends; may wait a bounded time for slow listeners. */
    void close() {
        feed.close();
    }
}
