package dev.heddle.logmux;

import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import dev.heddle.logmux.wire.GuixTrace;
import dev.heddle.logmux.wire.GuixTraces;
import dev.heddle.logmux.wire.GuixWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes a build as the stream of a Guix daemon: each job is a build whose derivation is the name of its task and whose process is
 * the number of its source; what it said, on all channels, is what the builder printed, byte for byte; the engine's words are the
 * daemon's.
 *
 * <p>Fields of a trace have no blanks: in names every byte that is not a visible character of ASCII, and {@code %}, is written as
 * {@code %} and two digits. A longer field than {@value #LONGEST} bytes is cut.
 *
 * <p>With {@link GroupingStrategy#raw} what each job said is exact and in order.
 */
public final class GuixSink implements Sink {

    private static final int LONGEST = 1000;
    private static final int BUFFER = 64 * 1024;

    private final GuixWriter writer;
    private final Map<Integer, String> open = new HashMap<>();

    /** Writes a bare {@linkplain GuixTraces Guix stream} into a stream, which is closed at the end. */
    public GuixSink(OutputStream stream) {
        this.writer = new GuixWriter(
                new BufferedOutputStream(stream, BUFFER), GuixTraces.Framing.BARE, GuixTraces.Keyword.BUILD_LOG);
    }

    @Override
    public void write(Group group) throws IOException {
        if (group.source() == 0) {
            group.read(writer::daemonText);
            return;
        }
        var unused = begin(group.source(), group.job());
        long nanos = group.nanos();
        group.read((bytes, from, length) -> writer.builderText(group.source(), bytes, from, length, nanos));
    }

    private String begin(int source, @Nullable JobInfo job) throws IOException {
        String known = open.get(source);
        if (known != null) {
            return known;
        }
        String name = field(job == null ? "source-" + source : job.task());
        String host = field(job == null ? "" : job.host());
        open.put(source, name);
        writer.trace(new GuixTrace.BuildStarted(name, "-", host, "", OptionalLong.of(source)));
        return name;
    }

    @Override
    public void ended(int source, @Nullable JobInfo job, JobEnding ending) throws IOException {
        String name = begin(source, job);
        open.remove(source);
        if (ending.isFailure()) {
            String message = ending.describe().replaceAll("\\p{Cntrl}", " ");
            writer.trace(new GuixTrace.BuildFailed(
                    name, "-", OptionalInt.of(1), message.substring(0, Math.min(LONGEST, message.length()))));
        } else {
            writer.trace(new GuixTrace.BuildSucceeded(name, "-"));
        }
    }

    private static String field(String text) {
        StringBuilder field = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (field.length() >= LONGEST) {
                break;
            }
            if (b > ' ' && b < 0x7F && b != '%') {
                field.append((char) b);
            } else {
                field.append(String.format(Locale.ROOT, "%%%02X", b & 0xFF));
            }
        }
        return field.toString();
    }

    @Override
    public boolean mindsEvents() {
        return false;
    }

    @Override
    public void flush() throws IOException {
        writer.flush();
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    @Override
    public String toString() {
        return "Guix traces";
    }
}
