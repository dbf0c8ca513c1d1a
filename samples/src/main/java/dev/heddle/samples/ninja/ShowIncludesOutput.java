package dev.heddle.samples.ninja;

import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;

/**
 * Sends the lines of Microsoft's compiler that name included files to {@link Channel#TRACE}, where they are recorded and not
 * shown. A line longer than {@link #LONGEST} bytes is none of these.
 */
final class ShowIncludesOutput implements JobOutput {

    private static final int LONGEST = 64 << 10;

    private final JobOutput output;
    private final ShowIncludes includes;
    private final ByteSink line = new ByteSink(256);
    private boolean passing;

    ShowIncludesOutput(JobOutput output, ShowIncludes includes) {
        this.output = output;
        this.includes = includes;
    }

    @Override
    public void write(Channel channel, byte[] bytes, int offset, int length) {
        if (channel != Channel.STDOUT) {
            output.write(channel, bytes, offset, length);
            return;
        }
        synchronized (line) {
            for (int i = offset; i < offset + length; i++) {
                line.put(bytes[i]);
                if (bytes[i] == '\n') {
                    endLine();
                } else if (line.length() == LONGEST) {
                    pass();
                    passing = true;
                }
            }
        }
    }

    private void endLine() {
        int end = line.length() - 1;
        if (end > 0 && line.array()[end - 1] == '\r') {
            end--;
        }
        if (!passing && includes.take(Raw.of(line.array(), 0, end))) {
            output.write(Channel.TRACE, line.array(), 0, line.length());
            line.clear();
        } else {
            pass();
        }
        passing = false;
    }

    private void pass() {
        output.write(Channel.STDOUT, line.array(), 0, line.length());
        line.clear();
    }

    /** The last line may have no end; gives what was found. */
    ShowIncludes complete() {
        synchronized (line) {
            if (line.length() > 0) {
                boolean taken = !passing && includes.take(line.raw());
                output.write(taken ? Channel.TRACE : Channel.STDOUT, line.array(), 0, line.length());
                line.clear();
            }
            return includes;
        }
    }

    @Override
    public void orderGuessed() {
        output.orderGuessed();
    }

    @Override
    public void finish(Outcome outcome) {
        complete();
        output.finish(outcome);
    }

    @Override
    public void close() {
        output.close();
    }
}
