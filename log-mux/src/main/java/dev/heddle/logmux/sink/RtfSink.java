package dev.heddle.logmux.sink;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.Sink;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes groups as a document in the Rich Text Format: the lines, heads and marks of {@link TextRenderer}, with the colours that
 * jobs gave them. The engine's lines cannot be forged: a line of a job that begins like one gets a backslash before it.
 *
 * <p>Holds the line that each source has not finished, at most {@value #LONGEST} characters; of a longer one what is there is
 * written, and can then no longer be folded.
 */
final class RtfSink implements Sink {

    /** Most characters of an unfinished line that are held. */
    static final int LONGEST = 64 * 1024;

    private static final String MARK = "\u2026";

    private record Span(String text, TextStyle style) {}

    /** What one source says on one channel. */
    private final class Line implements AnsiParser.Target {
        private final AnsiParser parser = new AnsiParser(this);
        private final List<Span> spans = new ArrayList<>();
        private final LineGuard guard;
        /** What the engine's own lines begin with; empty for those of jobs. */
        private final String lead;

        private TextStyle base = TextStyle.PLAIN;
        private int length;
        private boolean cut;

        Line(LineGuard guard, String lead) {
            this.guard = guard;
            this.lead = lead;
        }

        @Override
        public void text(String text, TextStyle style) {
            if (length == 0) {
                guard.newLine();
                if (cut) {
                    spans.add(new Span(MARK, RtfText.HEAD));
                } else if (!lead.isEmpty()) {
                    spans.add(new Span(lead, RtfText.HEAD));
                }
                cut = false;
            }
            spans.add(new Span(guarded(text), style.equals(TextStyle.PLAIN) ? base : style));
            length += text.length();
            if (length > LONGEST) {
                pass(true);
            }
        }

        private String guarded(String text) {
            if (guard.isAtEase() && text.indexOf('#') < 0) {
                return text;
            }
            StringBuilder marked = new StringBuilder(text.length() + 1);
            text.codePoints()
                    .forEach(
                            code -> marked.append(guard.marks(code) ? "\\" : "").appendCodePoint(code));
            return marked.toString();
        }

        @Override
        public void endLine() {
            pass(false);
        }

        @Override
        public void fold() {
            spans.clear();
            length = 0;
            // What is written over the line begins it anew.
            cut = false;
        }

        boolean isOpen() {
            return length > 0;
        }

        /** Closes the line before its end: the rest goes on with a mark. */
        void close() {
            if (isOpen()) {
                pass(true);
            }
        }

        private void pass(boolean unfinished) {
            rtf.beginLine();
            spans.forEach(span -> rtf.put(span.text(), span.style()));
            if (unfinished) {
                rtf.put(MARK, RtfText.HEAD);
            }
            spans.clear();
            length = 0;
            cut = unfinished;
            print(rtf.end());
        }
    }

    private final OutputStream stream;
    private final OutputStream out;
    private final String name;
    private final RtfText rtf = new RtfText();
    private final Visibility visibility = Visibility.common();
    private final Map<Integer, Map<Channel, Line>> sources = new HashMap<>();
    private int shownSource = -1;
    private @Nullable Line shown;
    private boolean begun;

    RtfSink(OutputStream stream, String name) {
        this.stream = stream;
        this.out = new BufferedOutputStream(stream, 1 << 16);
        this.name = name;
    }

    @Override
    public void write(Group group) throws IOException {
        if (!visibility.shows(group)) {
            return;
        }
        try {
            begin();
            Map<Channel, Line> channels = sources.computeIfAbsent(group.source(), s -> new EnumMap<>(Channel.class));
            boolean again = !channels.isEmpty();
            Line line = channels.computeIfAbsent(group.origin(), c -> newLine(group));
            turnTo(line, group, again);
            line.base = base(group);
            group.read(line.parser::accept);
            if (group.ending() == Group.Ending.HALF_LINE) {
                line.close();
            } else if (group.ending() == Group.Ending.NO_NEWLINE) {
                line.parser.end();
                if (line.isOpen()) {
                    line.endLine();
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Line newLine(Group group) {
        if (group.job() != null) {
            return new Line(LineGuard.whole(), "");
        }
        String lead = new String(EngineLines.LEAD, StandardCharsets.UTF_8);
        return new Line(
                LineGuard.off(),
                group.source() != 0
                        ? ""
                        : switch (group.channel()) {
                            case ERROR -> lead + "error: ";
                            case WARNING -> lead + "warning: ";
                            default -> lead;
                        });
    }

    private void turnTo(Line line, Group group, boolean again) {
        Line before = shown;
        if (before != null && before != line) {
            before.close();
        }
        JobInfo job = group.job();
        if (group.source() != shownSource && job != null) {
            engineLine(EngineLines.name(job.task()) + (again ? " (goes on)" : "") + " \u2500\u2500", RtfText.HEAD);
        }
        shown = line;
        shownSource = group.source();
    }

    private static TextStyle base(Group group) {
        return switch (group.channel()) {
            case ERROR -> RtfText.ERROR;
            case WARNING -> new TextStyle(3, TextStyle.NONE, TextStyle.BOLD, null);
            default -> group.job() == null ? RtfText.HEAD : TextStyle.PLAIN;
        };
    }

    private void engineLine(String text, TextStyle style) {
        print(rtf.beginLine().put("\u2500\u2500 " + text, style).end());
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {
        try {
            begin();
            Map<Channel, Line> lines = sources.remove(source);
            if (lines != null) {
                for (Line line : lines.values()) {
                    line.parser.end();
                    if (line.isOpen()) {
                        line.endLine();
                    }
                }
            }
            if (ending.isFailure()) {
                Line open = shown;
                if (open != null) {
                    open.close();
                }
                String who = job == null ? "source " + source : job.task();
                engineLine(
                        EngineLines.name(who) + ": " + EngineLines.name(ending.describe()) + " \u2500\u2500",
                        RtfText.ERROR);
            }
            if (ending.isFailure() || source == shownSource) {
                shown = null;
                shownSource = -1;
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void skipped(long bytes, int count) throws IOException {
        try {
            begin();
            engineLine(
                    bytes + " bytes of " + count + (count == 1 ? " job" : " jobs") + " are missing \u2500\u2500",
                    RtfText.HEAD);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void begin() {
        if (!begun) {
            begun = true;
            print(RtfText.HEADER);
        }
    }

    // Called where no checked exception can pass; every public method unwraps it.
    private void print(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean mindsEvents() {
        return false;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (out) {
            begin();
            Line open = shown;
            if (open != null) {
                open.close();
            }
            print(RtfText.FOOTER);
        } catch (UncheckedIOException e) {
            throw e.getCause();
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
