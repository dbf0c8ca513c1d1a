package dev.heddle.logmux.sink;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.TextColor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Groups as plain text: what a text file and a plain terminal have in common.
 *
 * <p><b>The form.</b> With heads, {@code ── name ──} stands before what a task says whenever another spoke before it, and the
 * engine's own lines begin with {@code ──}; a line of a job that begins with such a character gets a backslash before it.
 * With prefixes, every line of a job begins with {@code [name] }. A line that is closed before its end has {@code …} at its
 * end and its rest has {@code …} at its beginning. A job that failed is followed by {@code ── name: how it ended ──}.
 *
 * <p>Colours of a job are reset when another source speaks and opened again when it goes on. The stream is not closed. Not
 * safe for several threads.
 */
public final class TextRenderer {

    /** How it is shown whose line is whose. */
    public enum Layout {
        /** A line before the first of a task whenever another source spoke before. */
        HEADS,
        /** The task's name at the beginning of each line. */
        PREFIXES
    }

    /**
     * The form of the text.
     *
     * @param layout how it is shown whose line is whose
     * @param policy which control sequences pass
     * @param colors whether colours pass, and lines have those of their channels
     * @param visibility what is shown
     * @param palette the colour of each channel, where there are colours
     */
    public record Form(Layout layout, ControlPolicy policy, boolean colors, Visibility visibility, Palette palette) {

        /** Heads, the safe policy, what is commonly shown, and the common colours. */
        public static Form of(boolean colors) {
            return new Form(Layout.HEADS, ControlPolicy.SAFE, colors, Visibility.common(), Palette.COMMON);
        }

        /** The same with another layout. */
        public Form with(Layout other) {
            return new Form(other, policy, colors, visibility, palette);
        }

        /** The same with another policy. */
        public Form with(ControlPolicy other) {
            return new Form(layout, other, colors, visibility, palette);
        }

        /** The same with other things shown. */
        public Form with(Visibility other) {
            return new Form(layout, policy, colors, other, palette);
        }

        /** The same with other colours for the channels. */
        public Form with(Palette other) {
            return new Form(layout, policy, colors, visibility, other);
        }

        /** Whether it makes a difference that a line is put on a channel: as {@link dev.heddle.logmux.Sink#minds} tells. */
        public boolean minds(Channel channel) {
            return colors || !visibility.channels().contains(channel);
        }
    }

    private static final byte[] NOTHING = {};

    private final Form form;
    private final Screen screen;
    private final Map<Integer, Map<Channel, SafeText>> sources = new HashMap<>();
    private int shownSource = -1;
    private @Nullable SafeText shown;
    private @Nullable Channel shownOn;
    private boolean headings;
    private @Nullable Rows rows;

    /** Writes to a stream, which should not buffer by itself. */
    public TextRenderer(OutputStream to, Form form) {
        this.form = form;
        this.screen = new Screen(to);
    }

    /**
     * Marks as well lines of jobs that Buildkite takes for headings of groups, such as {@code --- text}. To be said before
     * anything is written.
     */
    public void markHeadings() {
        headings = true;
    }

    private record Rows(IntSupplier columns, IntUnaryOperator cells) {}

    /**
     * Marks as well rows of jobs that begin like a line of the engine's or of another job, on a screen that breaks lines. To be
     * said before anything is written.
     *
     * @param columns cells of a row; asked for each line
     * @param cells cells that a character takes
     */
    public void markRows(IntSupplier columns, IntUnaryOperator cells) {
        rows = new Rows(columns, cells);
    }

    /** Shows a group. */
    public void write(Group group) throws IOException {
        if (!form.visibility.shows(group)) {
            return;
        }
        Map<Channel, SafeText> channels = sources.computeIfAbsent(group.source(), s -> new EnumMap<>(Channel.class));
        boolean again = !channels.isEmpty();
        SafeText text = channels.computeIfAbsent(group.origin(), c -> newText(group.job()));
        if (text != shown || (group.source() == 0 && group.channel() != shownOn)) {
            turnTo(text, group, again);
        }
        paint(group);
        if (text.cut || (group.continues() && !screen.isLineOpen())) {
            text.goOn(screen);
        }
        SafeText to = text;
        group.read((bytes, from, length) -> {
            to.write(bytes, from, length, screen);
            // A line may be as long as all that a job says.
            screen.relieve();
        });
        close(text, group.ending());
        screen.relieve();
    }

    private SafeText newText(@Nullable JobInfo job) {
        LineGuard guard = LineGuard.off();
        if (job != null && form.policy.isGuarded()) {
            guard = form.layout == Layout.HEADS ? LineGuard.whole() : LineGuard.inside();
            guard = headings ? guard.whereHeadingsCount() : guard;
            guard = form.policy.letsTextMove() ? guard.whereTextMoves() : guard;
            guard = onRows(guard, new String(prefixOf(job.task()), StandardCharsets.UTF_8));
        }
        return new SafeText(form.policy, form.colors, guard);
    }

    private LineGuard onRows(LineGuard guard, String before) {
        return rows == null ? guard : guard.whereRowsBreak(new RowStarts(rows.columns, rows.cells, before));
    }

    private void turnTo(SafeText text, Group group, boolean again) {
        closeLine();
        JobInfo job = group.job();
        if (job != null && form.layout == Layout.HEADS && group.source() != shownSource) {
            engineLine(EngineLines.name(job.task()) + (again ? " (goes on)" : ""), "1");
        }
        screen.begin(prefix(group), text.color);
        text.newLine();
        shown = text;
        shownSource = group.source();
        shownOn = group.channel();
    }

    private void paint(Group group) {
        if (form.colors && form.policy.isGuarded()) {
            TextColor color = group.color();
            screen.paint((color == null ? form.palette.of(group.channel()) : color).sgr());
        }
    }

    private byte[] prefix(Group group) {
        JobInfo job = group.job();
        if (group.source() == 0) {
            return switch (group.channel()) {
                case ERROR -> lead("error: ");
                case WARNING -> lead("warning: ");
                default -> EngineLines.LEAD;
            };
        }
        return prefixOf(job == null ? "source " + group.source() : job.task());
    }

    private byte[] prefixOf(String name) {
        return form.layout == Layout.HEADS
                ? NOTHING
                : marked(LineGuard.whole(), "[" + EngineLines.name(name) + "] ").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] lead(String word) {
        return (new String(EngineLines.LEAD, StandardCharsets.UTF_8) + word).getBytes(StandardCharsets.UTF_8);
    }

    private void close(SafeText text, Group.Ending ending) throws IOException {
        switch (ending) {
            case HALF_LINE -> closeLine();
            case NO_NEWLINE -> {
                text.end(screen);
                if (screen.isLineOpen()) {
                    screen.endLine(true);
                }
                text.newLine();
            }
            default -> {
                // A whole line is closed, and an open one may go on.
            }
        }
    }

    // Closes the line that is open, whosever it is.
    private void closeLine() {
        SafeText text = shown;
        if (text != null && screen.isLineOpen()) {
            text.cut = true;
            text.newLine();
        }
        screen.close(EngineLines.MARK);
    }

    private void engineLine(String text, String color) {
        closeLine();
        screen.begin(NOTHING, new ColorState());
        StringBuilder line = new StringBuilder();
        line.append(form.colors ? "\u001b[" + color + "m" : "");
        line.append(EngineLines.START)
                .append(marked(onRows(LineGuard.inside(), EngineLines.START), text))
                .append(" \u2500\u2500");
        line.append(form.colors ? "\u001b[0m" : "");
        screen.put(line.toString().getBytes(StandardCharsets.UTF_8));
        screen.endLine(true);
        shown = null;
        shownSource = -1;
    }

    // Names and reasons may come from anywhere: no command is in them either.
    private String marked(LineGuard guard, String text) {
        StringBuilder marked = new StringBuilder(text.length() + 1);
        text.codePoints().forEach(code -> {
            boolean mark = guard.marks(code) && form.policy.isGuarded();
            marked.append(mark ? "\\" : "").appendCodePoint(code);
        });
        return marked.toString();
    }

    /** Shows a line that a job said once more, behind blanks, so that it can pass for nobody else's. */
    public void quote(String line) throws IOException {
        closeLine();
        screen.begin(NOTHING, new ColorState());
        screen.put(("    " + marked(onRows(LineGuard.whole(), "    "), EngineLines.name(line)))
                .getBytes(StandardCharsets.UTF_8));
        screen.endLine(true);
        shown = null;
        shownSource = -1;
        screen.relieve();
    }

    /** A source has ended: shows it if it failed, and forgets its state. */
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {
        Map<Channel, SafeText> channels = sources.remove(source);
        if (channels != null) {
            for (SafeText text : channels.values()) {
                if (text == shown) {
                    text.end(screen);
                    closeOpenEnd();
                }
            }
        }
        if (ending.isFailure()) {
            String name = job == null ? "source " + source : job.task();
            engineLine(EngineLines.name(name) + ": " + EngineLines.name(ending.describe()), "1;31");
        }
        screen.relieve();
    }

    private void closeOpenEnd() {
        if (screen.isLineOpen()) {
            screen.endLine(true);
        }
        shown = null;
    }

    /**
     * Makes place for something that others write to the stream: closes the line that is open, resets colours, and passes
     * everything on. Who goes on behind it gets a head.
     */
    public void standAside() throws IOException {
        closeLine();
        screen.begin(NOTHING, new ColorState());
        screen.rest();
        shown = null;
        shownSource = -1;
        screen.flush(true);
    }

    /** Shows a line of the engine's own. */
    public void note(String text) throws IOException {
        engineLine(EngineLines.name(text), "1");
        screen.relieve();
    }

    /** Shows that something is missing. */
    public void skipped(long bytes, int count) throws IOException {
        engineLine(bytes + " bytes of " + count + (count == 1 ? " job" : " jobs") + " are not shown here", "33");
        screen.relieve();
    }

    /** Shows that some of what a job said is left out here, and where it is. */
    public void clipped(int source, @Nullable JobInfo job, long bytes) throws IOException {
        String where = job == null ? "" : ": heddle log cat " + EngineLines.word(job.task());
        engineLine(EngineLines.size(bytes) + " more" + where, "33");
        shownSource = source;
        screen.relieve();
    }

    /**
     * Passes on what is buffered.
     *
     * @param unfinished whether an unfinished line goes out as well; it can then no longer be folded
     */
    public void flush(boolean unfinished) throws IOException {
        screen.flush(unfinished);
    }

    /** Closes an unfinished line and passes everything on. The stream stays open. */
    public void finish() throws IOException {
        closeLine();
        screen.flush(true);
    }
}
