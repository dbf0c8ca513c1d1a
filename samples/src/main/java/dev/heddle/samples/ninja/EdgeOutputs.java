package dev.heddle.samples.ninja;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.OutputPort;
import dev.heddle.logmux.OutputMultiplexer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the jobs and the multiplexer: gives console jobs the stage, keeps the lines that are for the build tool from
 * being shown, and says how each edge ended, before its output is shown.
 *
 * <p>May be called from any thread.
 */
final class EdgeOutputs implements OutputPort {

    /** Says how an edge ended. */
    interface Ending {
        /** Called once for each job, before its output counts as complete. */
        void ended(EdgeJob job, Outcome outcome) throws NinjaException;
    }

    private final OutputMultiplexer multiplexer;
    private final Build build;
    private final Ending ending;
    private final Map<Integer, ShowIncludesOutput> filters = new ConcurrentHashMap<>();

    EdgeOutputs(OutputMultiplexer multiplexer, Build build, Ending ending) {
        this.multiplexer = multiplexer;
        this.build = build;
        this.ending = ending;
    }

    @Override
    public JobOutput open(JobInfo info) {
        EdgeJob job = build.job(info.task());
        if (job == null) {
            return multiplexer.open(info);
        }
        JobOutput output = build.isConsole(job) ? multiplexer.openLive(info) : multiplexer.open(info);
        String prefix = build.msvcPrefix(job);
        if (prefix == null) {
            return new Ended(job, output);
        }
        ShowIncludesOutput filter = new ShowIncludesOutput(output, new ShowIncludes(prefix));
        filters.put(job.edge, filter);
        return new Ended(job, filter);
    }

    /** What the lines for the build tool said, or null if the edge has none. */
    @Nullable
    ShowIncludes includes(EdgeJob job) {
        ShowIncludesOutput filter = filters.remove(job.edge);
        return filter == null ? null : filter.complete();
    }

    @Override
    public void message(Channel channel, String text) {
        multiplexer.message(channel, text);
    }

    private final class Ended implements JobOutput {
        private final EdgeJob job;
        private final JobOutput output;

        Ended(EdgeJob job, JobOutput output) {
            this.job = job;
            this.output = output;
        }

        @Override
        public void write(Channel channel, byte[] bytes, int offset, int length) {
            output.write(channel, bytes, offset, length);
        }

        @Override
        public void orderGuessed() {
            output.orderGuessed();
        }

        @Override
        public void finish(Outcome outcome) {
            try {
                ending.ended(job, outcome);
            } catch (NinjaException e) {
                message(Channel.ERROR, job.task + ": " + e.getMessage());
            }
            output.finish(outcome);
        }

        @Override
        public void close() {
            output.close();
        }
    }
}
