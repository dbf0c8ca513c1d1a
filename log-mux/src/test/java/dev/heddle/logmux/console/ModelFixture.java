package dev.heddle.logmux.console;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.TaskState;
import dev.heddle.logmux.wire.Slice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** A model that is told what a test says, in virtual time. */
final class ModelFixture {

    static final long SECOND = 1_000_000_000L;

    final ConsoleModel model;
    private long sequence;

    ModelFixture() {
        this(0);
    }

    ModelFixture(long expectedBytes) {
        this(new ConsoleModel.Earlier(task -> expectedBytes, Map.of()));
    }

    ModelFixture(ConsoleModel.Earlier earlier) {
        model = new ConsoleModel(earlier, text -> text.replace("secret", "******"));
    }

    ModelFixture time(long nanos) {
        model.time(nanos);
        return this;
    }

    ModelFixture start(int source, String task) {
        return start(source, task, "local", false);
    }

    ModelFixture start(int source, String task, String host, boolean live) {
        model.task(source, new JobInfo(source, task, null, task, host, 1), live);
        return this;
    }

    ModelFixture say(int source, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        model.data(source, Channel.STDOUT, 0, new Slice(bytes, 0, bytes.length));
        return this;
    }

    ModelFixture end(int source, int exitCode) {
        model.end(source, JobEnding.exited(exitCode), new long[Channel.values().length]);
        return this;
    }

    BuildEvent.Stamp stamp() {
        return new BuildEvent.Stamp(++sequence, sequence, Instant.EPOCH);
    }

    ModelFixture event(BuildEvent event) {
        model.event(event);
        return this;
    }

    ModelFixture state(String task, TaskState from, TaskState to) {
        return event(new BuildEvent.TaskStateChanged(stamp(), task, from, to));
    }
}
