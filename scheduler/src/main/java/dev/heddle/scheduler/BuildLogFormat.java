package dev.heddle.scheduler;

import dev.heddle.scheduler.TimedRun.How;
import dev.heddle.scheduler.TimedRun.StepTime;
import dev.heddle.scheduler.TimedRun.Took;
import dev.heddle.scheduler.TimedRun.Where;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines of dpb's {@code build.log}: {@code path host/jobs seconds logbytes step=sec/step=sec}, with a {@code !} glued to the
 * end of one that failed.
 *
 * <p>Where a job held several slots the host has {@code *slots} behind it and the seconds are those of all slots together, as dpb
 * writes them; the seconds of steps are wall time. A job that found work of an earlier attempt has {@code attempt=2} as its first
 * step, where dpb has its {@code max_stuck}.
 */
final class BuildLogFormat {

    private static final int MOST_STEPS = 1_000;
    private static final int MOST_SLOTS = 1_000_000;
    private static final String RESUMED = "attempt";
    private static final String STUCK = "max_stuck";

    private BuildLogFormat() {}

    /** The line, without its end. */
    static String write(TimedRun run) {
        StringBuilder line = new StringBuilder();
        line.append(LogNames.escape(run.task(), "!")).append(' ');
        line.append(host(run.where())).append(' ');
        line.append(number(run.took().seconds() * run.where().slots())).append(' ');
        line.append(run.took().logBytes());
        char before = ' ';
        if (run.how().resumed()) {
            line.append(' ').append(RESUMED).append("=2");
            before = '/';
        }
        for (StepTime step : run.took().steps()) {
            line.append(before).append(stepName(step.name(), "=/!")).append('=').append(number(step.seconds()));
            before = '/';
        }
        return line.append(run.how().failed() ? "!" : "").toString();
    }

    /** Reads a line; when it was written is not told in it. */
    static TimedRun read(LogLine line, long epochSeconds) {
        boolean failed = line.text().endsWith("!");
        LogLine rest = line;
        String task = rest.name(rest.word("the name of a task"), 0);
        String hostWord = rest.word("the host");
        Where where = where(rest, hostWord, rest.at() - hostWord.length());
        String time = rest.word("the time");
        double seconds = rest.seconds(time, rest.at() - time.length());
        String size = rest.word("the size of the log");
        int sizeAt = rest.at() - size.length();
        boolean last = !rest.hasMore();
        long bytes = rest.number(last && failed ? cut(size) : size, sizeAt, 0, Long.MAX_VALUE);
        List<StepTime> steps = new ArrayList<>();
        boolean resumed = false;
        if (!last) {
            String list = rest.word("the steps");
            int at = rest.at() - list.length();
            resumed = steps(rest, failed ? cut(list) : list, at, steps);
        }
        if (rest.hasMore()) {
            throw rest.error(rest.at(), "nothing is expected behind the steps", null);
        }
        return new TimedRun(
                task,
                where,
                new Took(seconds / where.slots(), bytes, steps),
                new How(resumed, failed, epochSeconds, 0));
    }

    private static String cut(String word) {
        return word.endsWith("!") ? word.substring(0, word.length() - 1) : word;
    }

    /** A host with its slots and those of the job. */
    static String host(Where where) {
        return LogNames.escape(where.host(), "/*!=")
                + (where.hostSlots() > 0 ? "/" + where.hostSlots() : "")
                + (where.slots() > 1 ? "*" + where.slots() : "");
    }

    /** Reads what {@link #host} wrote. */
    static Where where(LogLine line, String word, int at) {
        int star = word.lastIndexOf('*');
        int slots = star < 0 ? 1 : (int) line.number(word.substring(star + 1), at + star + 1, 1, MOST_SLOTS);
        String rest = star < 0 ? word : word.substring(0, star);
        int slash = rest.lastIndexOf('/');
        int hostSlots = slash < 0 ? 0 : (int) line.number(rest.substring(slash + 1), at + slash + 1, 0, MOST_SLOTS);
        return new Where(line.name(slash < 0 ? rest : rest.substring(0, slash), at), hostSlots, slots);
    }

    // Gives whether the run was resumed.
    private static boolean steps(LogLine line, String list, int from, List<StepTime> steps) {
        boolean resumed = false;
        int at = from;
        for (String part : list.split("/", -1)) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw line.error(at, "'" + LogLine.shown(part) + "' is not STEP=SECONDS", null);
            }
            double seconds = line.seconds(part.substring(equals + 1), at + equals + 1);
            String name = part.substring(0, equals);
            if (name.equals(RESUMED)) {
                resumed = true;
            } else if (!name.equals(STUCK)) {
                addStep(line, new StepTime(line.name(name, at), seconds), at, steps);
            }
            at += part.length() + 1;
        }
        return resumed;
    }

    /** Adds a step if there is room. */
    static void addStep(LogLine line, StepTime step, int at, List<StepTime> steps) {
        if (steps.size() == MOST_STEPS) {
            throw line.error(at, "more than " + MOST_STEPS + " steps", null);
        }
        steps.add(step);
    }

    /** The name of a step; one that means something else in a log is told apart by its first letter. */
    static String stepName(String name, String special) {
        String text = LogNames.escape(name, special);
        boolean taken = text.equals(RESUMED) || text.equals(STUCK);
        return taken ? String.format("%%%02X", (int) text.charAt(0)) + text.substring(1) : text;
    }

    /** Seconds with three decimals. */
    static String number(double seconds) {
        return BigDecimal.valueOf(seconds).setScale(3, RoundingMode.HALF_UP).toPlainString();
    }
}
