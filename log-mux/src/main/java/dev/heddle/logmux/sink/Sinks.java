package dev.heddle.logmux.sink;

import dev.heddle.logmux.GuixSink;
import dev.heddle.logmux.Sink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Makes sinks. */
public final class Sinks {

    private Sinks() {}

    /**
     * Text into a file, in place of one that is there: heads, no colours, control sequences made visible. Missing folders are
     * made.
     *
     * @throws IOException if the file cannot be opened
     */
    public static Sink text(Path file) throws IOException {
        return text(file, TextRenderer.Form.of(false));
    }

    /**
     * Text of the form given into a file, in place of one that is there. Missing folders are made.
     *
     * @throws IOException if the file cannot be opened
     */
    public static Sink text(Path file, TextRenderer.Form form) throws IOException {
        return new TextSink(LogFile.open(file), form, file.toString());
    }

    /**
     * A report: one page with every task, its times and its log, which a browser opens without a network, and in which nothing
     * that a job said is more than text. It takes the file's name, in place of a page that is there, when the sink is closed;
     * logs that take more than 50 MB compressed go into a folder {@code NAME.data-...} beside it. Missing folders are made.
     * Takes at most about 20 MiB of memory. Give it a strategy that shows tasks whole, such as {@link
     * dev.heddle.logmux.GroupingStrategy#task}, and the page finds the log of a task faster.
     *
     * @throws IOException if nothing can be written there
     */
    public static Sink html(Path file) throws IOException {
        return new HtmlSink(file, HtmlPage.MOST_INLINE);
    }

    /** Text into a stream, which is closed at the end: heads, no colours, control sequences made visible. */
    public static Sink text(OutputStream stream) {
        return text(stream, TextRenderer.Form.of(false));
    }

    /** Text of the form given into a stream, which is closed at the end. */
    public static Sink text(OutputStream stream, TextRenderer.Form form) {
        return new TextSink(stream, form, "a stream");
    }

    /**
     * A document in the Rich Text Format, with the colours of jobs, in place of a file that is there. Missing folders are made.
     *
     * @throws IOException if the file cannot be opened
     */
    public static Sink rtf(Path file) throws IOException {
        return new RtfSink(LogFile.open(file), file.toString());
    }

    /** A document in the Rich Text Format into a stream, which is closed at the end. */
    public static Sink rtf(OutputStream stream) {
        return new RtfSink(stream, "a stream");
    }

    /**
     * A line of JSON for each line that is said and each source that ends, in place of a file that is there. Missing folders are
     * made. The fields are told in {@code docs/logs.md}.
     *
     * @throws IOException if the file cannot be opened
     */
    public static Sink jsonLines(Path file) throws IOException {
        return new JsonLinesSink(LogFile.open(file), file.toString());
    }

    /** Lines of JSON into a stream, which is closed at the end. */
    public static Sink jsonLines(OutputStream stream) {
        return new JsonLinesSink(stream, "a stream");
    }

    /**
     * An asciicast (version 2) of what a person would have seen, into a stream, which is closed at the end. Bytes that are no UTF-8
     * become U+FFFD, and the last event says how many they were.
     */
    public static Sink asciicast(OutputStream stream) {
        return new AsciicastSink(stream);
    }

    /**
     * The stream of a Guix daemon, bare, into a stream, which is closed at the end: each job is a build. With
     * {@link dev.heddle.logmux.GroupingStrategy#raw} what each said is exact and, on each of its channels, in order.
     */
    public static Sink guixTraces(OutputStream stream) {
        return new GuixSink(stream);
    }

    /**
     * A text file for each component in a folder, which is made if it is missing: {@code COMPONENT.log}, with characters that are
     * not for names of files as {@code %HH}. Files that are there are replaced when the first job of their component speaks. A job
     * without a component goes by the name of its task. At most {@value ComponentLogs#MOST_OPEN} files are open at once, however
     * many there are.
     *
     * @throws IOException if the folder cannot be made
     */
    public static Sink perComponent(Path directory) throws IOException {
        return new ComponentLogs(directory);
    }

    /**
     * A text file for each task in a folder, which is made if it is missing, as dpb has them: {@code paths/a/b.log} for the task
     * {@code a/b}, and {@code packages/NAME.log}, a link to it, for each further name of the task. Characters that are not for
     * names of files are {@code %HH}. No name leads out of the folder, and no two tasks share a file. Files that are there are
     * replaced when their task speaks, or fails; what is said by its further attempts stands behind. Open files are as with
     * {@link #perComponent}.
     *
     * @param aliases the further names of a task, whose name it is given; asked on the sink's thread
     * @throws IOException if the folder cannot be made
     */
    public static Sink perTask(Path directory, Function<? super String, ? extends Collection<String>> aliases)
            throws IOException {
        return new ComponentLogs(directory, new TaskPlaces(directory, aliases));
    }

    /** The types of log that {@link #factory} knows by a word. */
    public static List<String> types() {
        return LogTypes.words();
    }

    /**
     * What makes logs of a type: one of {@link #types}, or the full name of a class that implements {@link SinkFactory}.
     *
     * @param name the type or the class
     * @param classes where the class is looked for
     * @throws IllegalArgumentException if there is no such type or class; the message says what there is
     */
    public static SinkFactory factory(String name, ClassLoader classes) {
        return LogTypes.factory(name, classes);
    }
}
