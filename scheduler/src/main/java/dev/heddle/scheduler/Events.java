package dev.heddle.scheduler;

import dev.heddle.core.Channel;
import dev.heddle.core.JobNote;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.BuildEvent.Stamp;
import dev.heddle.core.event.BuildEventListener;
import dev.heddle.core.event.Counters;
import dev.heddle.core.event.EventFeed;
import dev.heddle.core.event.TaskState;
import dev.heddle.scheduler.host.HostSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells what happens, in one order, and keeps the build's time. Without listeners nothing is made.
 *
 * <p>Owned by the loop's thread.
 */
final class Events {

    /** How long {@link #close} waits for messages that the output port does not take. */
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LiveGraph graph;
    private final Settings settings;
    private final EventFeed feed;
    private final Records records;
    /** Who is told on the loop's own thread, in a simulation; or null. */
    private final @Nullable BuildEventListener observer;

    private final boolean enabled;
    private long origin;
    private final Lane<Message> messages;
    private final Chain chain;
    private long sequence;

    private record Message(Channel channel, String text) {}

    Events(LiveGraph graph, Settings settings) {
        this.graph = graph;
        this.settings = settings;
        this.observer = settings.ticker() instanceof SimulatedTicker simulated ? simulated.observer() : null;
        this.origin = settings.ticker().getAsLong();
        this.chain = new Chain(graph);
        this.messages = new Lane<>(
                settings.hands(),
                this::say,
                count -> new Message(Channel.WARNING, count + " further messages of the engine were left out"));
        Consumer<String> complaints = message -> messages.add(new Message(Channel.ERROR, message));
        this.records =
                new Records(settings, complaints, message -> messages.add(new Message(Channel.WARNING, message)));
        this.enabled = observer != null || !records.listeners().isEmpty();
        this.feed = new EventFeed(records.listeners(), complaints);
    }

    boolean enabled() {
        return enabled;
    }

    /** Nanoseconds since the build began, without those in which the process stood still. */
    long now() {
        return settings.ticker().getAsLong() - origin;
    }

    /** Takes time off that counts for nothing, and tells so. */
    void stoodStill(long nanos) {
        origin += nanos;
        if (enabled) {
            publish(new BuildEvent.StoodStill(stamp(), Duration.ofNanos(nanos)));
        }
    }

    /** The ticker's time at which the build began, moved on by the time in which the process stood still. */
    long origin() {
        return origin;
    }

    private Stamp stamp() {
        return new Stamp(++sequence, now(), settings.clock().instant());
    }

    private void publish(BuildEvent event) {
        if (observer != null) {
            observer.onEvent(event);
        }
        feed.publish(event);
    }

    private void say(Message message) {
        try {
            settings.output().message(message.channel(), message.text());
        } catch (
                Throwable e) { // The worker's entry: the port is the embedder's code, and there is nobody left to tell.
            return;
        }
    }

    private void engine(Channel channel, String text) {
        messages.add(new Message(channel, text));
        if (enabled) {
            publish(new BuildEvent.EngineMessage(stamp(), channel, text));
        }
    }

    void error(String text) {
        engine(Channel.ERROR, text);
    }

    void message(String text) {
        engine(Channel.MESSAGE, text);
    }

    void warning(String text) {
        engine(Channel.WARNING, text);
    }

    void buildStarted() {
        if (enabled) {
            publish(new BuildEvent.BuildStarted(stamp(), graph.size(), graph.edgeCount()));
        }
        if (settings.complaint() != null) {
            warning(settings.complaint());
        }
    }

    void graphChanged(boolean complete) {
        if (enabled) {
            publish(new BuildEvent.GraphChanged(stamp(), graph.size(), graph.edgeCount(), complete));
        }
    }

    void moved(int task, TaskState from, TaskState to) {
        if (enabled) {
            publish(new BuildEvent.TaskStateChanged(stamp(), graph.task(task).name(), from, to));
        }
    }

    /** Tasks belong to the build from now on. */
    void found(IntList tasks) {
        if (enabled) {
            records.found(settings.clock().instant(), tasks, graph);
        }
    }

    void taskFinished(int task, Outcome outcome) {
        if (enabled) {
            chain.ended(task, now());
            publish(new BuildEvent.TaskFinished(stamp(), graph.task(task).name(), outcome));
        }
    }

    void jobStarted(JobRun job) {
        if (enabled) {
            chain.started(job.start.task(), now());
            records.begin(job);
            publish(new BuildEvent.JobStarted(stamp(), job.info, job.lease().slots()));
        }
    }

    void stepStarted(JobRun job, long pid) {
        if (enabled) {
            publish(new BuildEvent.StepStarted(
                    stamp(), job.info.job(), job.currentStep().name(), pid));
        }
    }

    void stepFinished(JobRun job, Outcome outcome, Duration elapsed) {
        if (enabled) {
            publish(new BuildEvent.StepFinished(
                    stamp(), job.info.job(), job.currentStep().name(), outcome, elapsed));
        }
    }

    void noted(JobRun job, JobNote note) {
        if (enabled) {
            publish(new BuildEvent.Noted(stamp(), job.info.job(), note));
        }
    }

    void jobFinished(JobRun job, Outcome outcome, Duration elapsed) {
        if (enabled) {
            publish(new BuildEvent.JobFinished(stamp(), job.info, outcome, elapsed));
        }
    }

    void hostUp(HostSpec host) {
        if (enabled) {
            publish(new BuildEvent.HostUp(stamp(), host.name(), host.slots()));
        }
    }

    void hostDown(HostSpec host, String why) {
        if (enabled) {
            publish(new BuildEvent.HostDown(stamp(), host.name(), why));
        }
    }

    void hostRefused(HostSpec host, String why) {
        if (enabled) {
            publish(new BuildEvent.HostRefused(stamp(), host.name(), why));
        }
    }

    void hostDraining(HostSpec host, String why, int running) {
        if (enabled) {
            publish(new BuildEvent.HostDraining(stamp(), host.name(), why, running));
        }
    }

    void lockFound(int task, String owner) {
        if (enabled) {
            publish(new BuildEvent.LockFound(stamp(), graph.task(task).name(), owner));
        }
    }

    void lockGone(int task) {
        if (enabled) {
            publish(new BuildEvent.LockGone(stamp(), graph.task(task).name()));
        }
    }

    void statistics(Counters counters, List<String> troubled) {
        if (enabled) {
            publish(new BuildEvent.Statistics(stamp(), counters, troubled));
        }
    }

    void stopping(String why) {
        if (enabled) {
            publish(new BuildEvent.Stopping(stamp(), why));
        }
    }

    void finished(BuildResult built) {
        if (enabled) {
            Chain.Found found = chain.find();
            if (!found.tasks().isEmpty()) {
                publish(new BuildEvent.CriticalPathFound(stamp(), found.length(), found.tasks(), found.omitted()));
            }
            publish(new BuildEvent.BuildFinished(
                    stamp(),
                    built.succeeded(),
                    built.counters(),
                    built.upToDate(),
                    built.stopped().orElse(null)));
        }
    }

    /** Delivers what was told and ends; may wait a bounded time for slow listeners and a slow output. */
    void close() {
        feed.close();
        messages.await(CLOSE_NANOS);
    }
}
