package dev.heddle.logmux.console;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.Sink;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The display for a person who watches: whole groups as plain text, as {@link TextRenderer} forms it.
 *
 * <p>It never slows a job. On a terminal, when it is far behind, it skips to what is new and says how much it left out; what
 * nobody can read, as {@link Sink#maySkip} tells, is left out with a line that says where it is. The stream is flushed
 * whenever nothing more is at hand, and left open at the end.
 */
public final class ConsoleDisplay implements Sink {

    private final TextRenderer renderer;
    private final TextRenderer.Form form;
    private final boolean watched;

    private ConsoleDisplay(OutputStream stream, TextRenderer.Form form, boolean watched) {
        this.renderer = new TextRenderer(stream, form);
        this.form = form;
        this.watched = watched;
    }

    /** The standard output of this process; with colours if it is a terminal that has them and the environment agrees. */
    public static ConsoleDisplay system() {
        Terminal terminal = Terminal.system();
        return of(terminal.output(), TextRenderer.Form.of(terminal.hasColors()), terminal.isInteractive());
    }

    /** A stream that is no terminal: it is given everything, however late. */
    public static ConsoleDisplay of(OutputStream stream, boolean colors) {
        return of(stream, TextRenderer.Form.of(colors), false);
    }

    /**
     * Any stream and form.
     *
     * @param watched whether a person watches, so that what cannot be shown in time is left out
     */
    public static ConsoleDisplay of(OutputStream stream, TextRenderer.Form form, boolean watched) {
        return new ConsoleDisplay(stream, form, watched);
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
    public void flush() throws IOException {
        renderer.flush(true);
    }

    @Override
    public void close() throws IOException {
        renderer.finish();
    }

    @Override
    public boolean maySkip() {
        return watched;
    }

    @Override
    public String toString() {
        return "the console";
    }
}
