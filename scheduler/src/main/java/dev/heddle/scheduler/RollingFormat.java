package dev.heddle.scheduler;

import dev.heddle.scheduler.TimedRun.How;
import dev.heddle.scheduler.TimedRun.StepTime;
import dev.heddle.scheduler.TimedRun.Took;
import dev.heddle.scheduler.TimedRun.Where;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines of dpb's rolling statistics, which name what they tell: {@code path host=H time=SECONDS size=BYTES ts=EPOCH clean=N},
 * where {@code clean=0} is a run that found work of an earlier one. Heddle adds {@code print=HEX}, {@link WorkPrint} of the
 * task, and {@code steps=NAME:SECONDS/...}. Keys that are not known are passed over.
 */
final class RollingFormat {

    private static final int MOST_SLOTS = 1_000_000;
    private static final long LAST_SECOND = 99_999_999_999L;

    private String host = "";
    private double seconds = -1;
    private long size;
    private long epochSeconds;
    private boolean resumed;
    private long print;
    private final List<StepTime> steps = new ArrayList<>();
    private int slots = 1;

    private RollingFormat() {}

    /** Whether a line is in this format and not in that of {@code build.log}. */
    static boolean isOne(String text) {
        int blank = text.indexOf(' ');
        int next = blank < 0 ? -1 : text.indexOf(' ', blank + 1);
        String second = blank < 0 ? "" : next < 0 ? text.substring(blank + 1) : text.substring(blank + 1, next);
        return second.indexOf('=') > 0;
    }

    /** The line, without its end. */
    static String write(TimedRun run) {
        Where where = run.where();
        StringBuilder line = new StringBuilder();
        line.append(LogNames.escape(run.task(), "!"));
        line.append(" host=").append(BuildLogFormat.host(new Where(where.host(), 0, where.slots())));
        line.append(" time=").append(BuildLogFormat.number(run.took().seconds() * where.slots()));
        line.append(" size=").append(run.took().logBytes());
        line.append(" ts=").append(run.how().epochSeconds());
        line.append(" clean=").append(run.how().resumed() ? 0 : 1);
        if (run.how().print() != 0) {
            line.append(" print=").append(Long.toHexString(run.how().print()));
        }
        char before = '=';
        for (StepTime step : run.took().steps()) {
            line.append(before == '=' ? " steps" : "").append(before);
            line.append(BuildLogFormat.stepName(step.name(), "=/:!")).append(':');
            line.append(BuildLogFormat.number(step.seconds()));
            before = '/';
        }
        return line.toString();
    }

    /** Reads a line. */
    static TimedRun read(LogLine line) {
        return new RollingFormat().run(line);
    }

    private TimedRun run(LogLine line) {
        String task = line.name(line.word("the name of a task"), 0);
        while (line.hasMore()) {
            String word = line.word("a value");
            int at = line.at() - word.length();
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw line.error(at, "'" + LogLine.shown(word) + "' is not KEY=VALUE", null);
            }
            value(line, word.substring(0, equals), word.substring(equals + 1), at + equals + 1);
        }
        if (host.isEmpty() || seconds < 0) {
            throw line.error(line.text().length(), "host= and time= must be there", null);
        }
        return new TimedRun(
                task,
                new Where(host, 0, slots),
                new Took(seconds / slots, size, steps),
                new How(resumed, false, epochSeconds, print));
    }

    private void value(LogLine line, String key, String value, int at) {
        switch (key) {
            case "host" -> host(line, value, at);
            case "time" -> seconds = line.seconds(value, at);
            case "size" -> size = line.number(value, at, 0, Long.MAX_VALUE);
            case "ts" -> epochSeconds = line.number(value, at, 0, LAST_SECOND);
            case "clean" -> resumed = line.number(value, at, 0, Integer.MAX_VALUE) == 0;
            case "print" -> print = print(line, value, at);
            case "steps" -> steps(line, value, at);
            default -> {
                // What a newer version tells.
            }
        }
    }

    private void host(LogLine line, String value, int at) {
        Where where = BuildLogFormat.where(line, value, at);
        host = where.host();
        slots = Math.min(MOST_SLOTS, where.slots());
    }

    private static long print(LogLine line, String value, int at) {
        boolean plain = !value.isEmpty() && value.length() <= 16;
        for (int i = 0; i < value.length(); i++) {
            plain &= Character.digit(value.charAt(i), 16) >= 0;
        }
        if (!plain) {
            throw line.error(at, "'" + LogLine.shown(value) + "' is not 1 to 16 hexadecimal digits", null);
        }
        return Long.parseUnsignedLong(value, 16);
    }

    private void steps(LogLine line, String value, int from) {
        int at = from;
        for (String part : value.split("/", -1)) {
            int colon = part.indexOf(':');
            if (colon <= 0) {
                throw line.error(at, "'" + LogLine.shown(part) + "' is not STEP:SECONDS", null);
            }
            double took = line.seconds(part.substring(colon + 1), at + colon + 1);
            BuildLogFormat.addStep(line, new StepTime(line.name(part.substring(0, colon), at), took), at, steps);
            at += part.length() + 1;
        }
    }
}
