package dev.heddle.samples.ninja;

import dev.heddle.core.Channel;
import dev.heddle.core.OutputPort;
import dev.heddle.samples.cli.Printable;

/** Counts commands and says how far the build is. One thread at a time. */
final class Progress {

    private final StatusLine line;
    private final Plan plan;
    private final boolean quiet;
    private final long begin = System.nanoTime();
    private int started;
    private int finished;

    Progress(StatusLine line, Plan plan, boolean quiet) {
        this.line = line;
        this.plan = plan;
        this.quiet = quiet;
    }

    long millis() {
        return (System.nanoTime() - begin) / 1_000_000;
    }

    void started() {
        started++;
    }

    int finished() {
        return finished;
    }

    /** Counts a command that ended and says so, unless nobody wants to know. */
    void finished(String description, OutputPort port) {
        finished++;
        if (!quiet) {
            StatusLine.Counts counts = new StatusLine.Counts(started, finished, Math.max(finished, plan.commands()));
            String text = line.text(counts, System.nanoTime() - begin) + description;
            port.message(Channel.MESSAGE, Printable.whole(text));
        }
    }
}
