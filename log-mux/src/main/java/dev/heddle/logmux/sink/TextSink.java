package dev.heddle.logmux.sink;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.Sink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes groups as text, as {@link TextRenderer} forms it, to a stream that it closes at the end. Unfinished lines wait here
 * for their rest. Given everything, however late.
 */
final class TextSink implements Sink {

    private final OutputStream stream;
    private final TextRenderer renderer;
    private final TextRenderer.Form form;
    private final String name;

    TextSink(OutputStream stream, TextRenderer.Form form, String name) {
        this.stream = stream;
        this.renderer = new TextRenderer(stream, form);
        this.form = form;
        this.name = name;
    }

    @Override
    public void write(Group group) throws IOException {
        renderer.write(group);
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {
        renderer.ended(source, job, ending);
    }

    @Override
    public void skipped(long bytes, int sources) throws IOException {
        renderer.skipped(bytes, sources);
    }

    @Override
    public void clipped(int source, @Nullable JobInfo job, long bytes) throws IOException {
        renderer.clipped(source, job, bytes);
    }

    @Override
    public boolean minds(Channel channel) {
        return form.minds(channel);
    }

    @Override
    public boolean mindsEvents() {
        return false;
    }

    @Override
    public void flush() throws IOException {
        renderer.flush(false);
    }

    @Override
    public void close() throws IOException {
        try (stream) {
            renderer.finish();
        }
    }

    @Override
    public @Nullable Path file() {
        return LogFile.path(stream);
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
