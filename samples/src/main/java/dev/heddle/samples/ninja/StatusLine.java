package dev.heddle.samples.ninja;

import java.util.Locale;

/**
 * The beginning of a line of progress, from a form with {@code %} marks: {@code s} started, {@code t} total, {@code p} percent,
 * {@code r} running, {@code u} not started, {@code f} finished, {@code o} finished in a second, {@code c} the same over the
 * last few, {@code e} seconds since the start, {@code E} seconds still to come, {@code %} itself.
 */
final class StatusLine {

    static final String DEFAULT_FORMAT = "[%f/%t] ";

    private static final int RECENT = 16;

    private final String format;
    private final long[] recent = new long[RECENT];

    /**
     * Takes a form.
     *
     * @throws NinjaException if a mark is unknown
     */
    StatusLine(String format) throws NinjaException {
        this.format = format;
        for (int i = format.indexOf('%'); i >= 0; i = format.indexOf('%', i + 2)) {
            if (i + 1 == format.length() || "%strpufoceE".indexOf(format.charAt(i + 1)) < 0) {
                throw new NinjaException("unknown placeholder '" + format.substring(i, Math.min(i + 2, format.length()))
                        + "' in $NINJA_STATUS");
            }
        }
    }

    /**
     * The text for now.
     *
     * @param counts what was started and finished, and the total
     * @param nanos time since the start
     */
    String text(Counts counts, long nanos) {
        StringBuilder text = new StringBuilder();
        recent[counts.finished % RECENT] = nanos;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c == '%') {
                mark(format.charAt(++i), counts, nanos, text);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private void mark(char mark, Counts counts, long nanos, StringBuilder text) {
        double seconds = nanos / 1e9;
        switch (mark) {
            case 's' -> text.append(counts.started);
            case 't' -> text.append(counts.total);
            case 'r' -> text.append(counts.started - counts.finished);
            case 'u' -> text.append(counts.total - counts.started);
            case 'f' -> text.append(counts.finished);
            case 'p' ->
                text.append(String.format(
                        Locale.ROOT, "%3d%%", counts.total == 0 ? 0 : 100 * counts.finished / counts.total));
            case 'e' -> text.append(String.format(Locale.ROOT, "%.3f", seconds));
            case 'E' -> text.append(String.format(Locale.ROOT, "%.3f", remaining(counts, seconds)));
            case 'o' -> text.append(rate(counts.finished, seconds));
            case 'c' -> {
                int window = Math.min(counts.finished, RECENT - 1);
                long oldest = recent[(counts.finished - window) % RECENT];
                text.append(rate(window, (nanos - oldest) / 1e9));
            }
            default -> text.append(mark);
        }
    }

    private static double remaining(Counts counts, double seconds) {
        return counts.finished == 0 ? 0 : seconds / counts.finished * (counts.total - counts.finished);
    }

    private static String rate(int count, double seconds) {
        return count == 0 || seconds <= 0 ? "?" : String.format(Locale.ROOT, "%.1f", count / seconds);
    }

    /**
     * How far a build is.
     *
     * @param started commands started
     * @param finished commands ended
     * @param total commands in all
     */
    record Counts(int started, int finished, int total) {}
}
