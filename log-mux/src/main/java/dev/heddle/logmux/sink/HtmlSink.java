package dev.heddle.logmux.sink;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.logmux.BuildSummary;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.JobTimes;
import dev.heddle.logmux.Sink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a report of a build: one page with all tasks, their times, and everything that they said, as {@code docs/html.md}
 * describes it. The page takes its name, in place of an older one, when the sink is closed; until then what comes is kept in
 * files beside it.
 *
 * <p>Holds at most {@value #MOST_HELD} characters of lines that have not ended, one block, and a few hundred bytes for each
 * job that runs, whatever the length of the logs. Given everything, however late.
 */
final class HtmlSink implements Sink, HtmlLine.Reader {

    /** Most characters of lines without an end that are held; then lines go out in pieces. */
    static final int MOST_HELD = 1 << 22;

    private final HtmlPage page;
    private final HtmlBlocks blocks;
    private final HtmlFacts facts;
    private final Map<Integer, Map<Channel, HtmlLine>> sources = new HashMap<>();
    private long held;
    /** Whether something went wrong while lines were written; what is missing then must not look like a whole report. */
    private boolean failed;

    HtmlSink(Path file, long mostInline) throws IOException {
        page = new HtmlPage(file, mostInline);
        blocks = new HtmlBlocks(page.blocks(), page.index());
        facts = new HtmlFacts(page.jobs(), page.facts());
    }

    @Override
    public JobTimes times() {
        return facts;
    }

    @Override
    public void event(BuildEvent event) {
        facts.event(event);
    }

    @Override
    public void write(Group group) throws IOException {
        if (group.channel() == Channel.CONSOLE) {
            return;
        }
        HtmlLine line = sources.computeIfAbsent(group.source(), s -> new EnumMap<>(Channel.class))
                .computeIfAbsent(group.origin(), c -> new HtmlLine(group.source(), this));
        line.at(group.channel(), group.nanos());
        failed = true;
        held -= line.held();
        group.read(line::accept);
        if (group.ending() == Group.Ending.NO_NEWLINE) {
            line.end();
        }
        held += line.held();
        failed = false;
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {
        Map<Channel, HtmlLine> lines = sources.remove(source);
        if (lines != null) {
            failed = true;
            end(lines);
            failed = false;
        }
    }

    private void end(Map<Channel, HtmlLine> lines) throws IOException {
        for (HtmlLine line : lines.values()) {
            held -= line.held();
            line.end();
        }
    }

    @Override
    public void skipped(long bytes, int count) throws IOException {
        HtmlLine line = new HtmlLine(0, this);
        line.at(Channel.WARNING, 0);
        line.text(
                EngineLines.size(bytes) + " of " + count + (count == 1 ? " job" : " jobs") + " are missing here",
                TextStyle.PLAIN);
        line.end();
    }

    @Override
    public boolean isFull() {
        return held > MOST_HELD;
    }

    @Override
    public void line(HtmlLine from, String text, boolean goesOn) throws IOException {
        blocks.add(from.source, from.channel(), from.nanos(), text, goesOn);
    }

    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {
        try (page) {
            if (!failed) {
                for (Map<Channel, HtmlLine> lines : sources.values()) {
                    end(lines);
                }
                blocks.end();
                facts.end();
                page.publish();
            }
        }
    }

    @Override
    public boolean leavesPart() {
        return false;
    }

    @Override
    public Path file() {
        return page.file();
    }

    @Override
    public boolean summarizes() {
        return true;
    }

    @Override
    public void summary(BuildSummary summary) {
        facts.summary(summary);
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
