package dev.heddle.logmux.sink;

import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.EventJson;
import dev.heddle.logmux.BuildSummary;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.Sink;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes a log as lines of JSON, in the order in which its strategy shows groups: an object for each line that was said, for each
 * end of a source, and for each fact that was recorded. {@code docs/logs.md} tells the fields.
 *
 * <p>What a source said on a channel is its objects' {@code text} and decoded {@code base64} put together, byte for byte; ends of
 * lines are in them. A line of more than {@value #LONGEST} bytes is several objects.
 */
final class JsonLinesSink implements Sink {

    /** Most bytes of text in an object. */
    static final int LONGEST = 64 * 1024;

    private static final int VERSION = 1;

    private final OutputStream stream;
    private final OutputStream out;
    private final String name;
    private final JsonText json = new JsonText();
    private final byte[] line = new byte[LONGEST];
    private int length;
    private boolean begun;

    JsonLinesSink(OutputStream stream, String name) {
        this.stream = stream;
        this.out = new BufferedOutputStream(stream, LONGEST);
        this.name = name;
    }

    @Override
    public void write(Group group) throws IOException {
        begin();
        group.read((bytes, from, count) -> {
            for (int i = from; i < from + count; i++) {
                line[length++] = bytes[i];
                if (bytes[i] == '\n') {
                    say(group, length);
                } else if (length == LONGEST) {
                    say(group, wholeCharacters());
                }
            }
        });
        if (length > 0) {
            say(group, length);
        }
    }

    // Without a character at the end whose rest is still to come.
    private int wholeCharacters() {
        for (int back = 1; back < 4; back++) {
            int code = Characters.decode(line, length - back, length);
            if (code == Characters.CUT) {
                return length - back;
            }
            if ((line[length - back] & 0xC0) != 0x80) {
                break;
            }
        }
        return length;
    }

    private void say(Group group, int count) throws IOException {
        json.begin("kind", "output").put("source", group.source());
        task(group.job());
        json.put("channel", group.origin().name());
        if (group.channel() != group.origin()) {
            json.put("shownOn", group.channel().name());
        }
        String topic = group.topic();
        if (topic != null) {
            json.put("topic", topic);
        }
        json.put("nanos", group.nanos()).bytes(line, count);
        System.arraycopy(line, count, line, 0, length - count);
        length -= count;
        out.write(json.end());
    }

    private void task(@Nullable JobInfo job) {
        if (job == null) {
            return;
        }
        json.put("task", job.task());
        String component = job.component();
        if (component != null) {
            json.put("component", component);
        }
    }

    private void begin() throws IOException {
        if (!begun) {
            begun = true;
            out.write(json.begin("kind", "log").put("heddleLog", VERSION).end());
        }
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {
        begin();
        json.begin("kind", "end").put("source", source);
        task(job);
        if (job != null) {
            json.put("host", job.host()).put("attempt", job.attempt());
        }
        json.put("ending", ending.kind().name());
        if (ending.exitCode().isPresent()) {
            json.put("exitCode", ending.exitCode().getAsInt());
        }
        json.put("failed", ending.isFailure()).put("summary", ending.describe());
        out.write(json.end());
    }

    @Override
    public void event(BuildEvent event) throws IOException {
        begin();
        out.write(
                json.begin("kind", "event").raw("event", EventJson.line(event)).end());
    }

    @Override
    public void skipped(long bytes, int sources) throws IOException {
        begin();
        out.write(json.begin("kind", "skipped")
                .put("bytes", bytes)
                .put("sources", sources)
                .end());
    }

    @Override
    public boolean summarizes() {
        return true;
    }

    @Override
    public void summary(BuildSummary summary) throws IOException {
        begin();
        BuildSummary.Counts counts = summary.counts();
        json.begin("kind", "summary")
                .put("succeeded", counts.succeeded())
                .put("failed", counts.failed())
                .put("notRun", counts.notRun())
                .put("upToDate", counts.upToDate())
                .put("errors", summary.diagnostics().errors())
                .put("warnings", summary.diagnostics().warnings())
                .put("failedJobs", summary.failed())
                .objects("failures", summary.failures(), failure -> {
                    took(failure.job(), failure.elapsed());
                    json.put("summary", failure.ending().describe()).strings("lines", failure.lines());
                })
                .objects("slowest", summary.slowest(), one -> took(one.job(), one.elapsed()))
                .strings("kept", summary.kept().stream().map(Path::toString).toList());
        out.write(json.end());
    }

    private void took(JobInfo job, Duration elapsed) {
        task(job);
        json.put("host", job.host()).put("attempt", job.attempt()).put("nanos", elapsed.toNanos());
    }

    @Override
    public @Nullable Path file() {
        return LogFile.path(stream);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (out) {
            begin();
        }
    }

    @Override
    public boolean leavesPart() {
        return LogFile.isThere(stream);
    }

    @Override
    public String toString() {
        return name;
    }
}
