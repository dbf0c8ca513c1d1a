package dev.heddle.scheduler;

import dev.heddle.core.json.JsonString;

/** One event of a trace as a line of JSON, made field by field. */
final class TraceLine {

    private final StringBuilder text = new StringBuilder(160).append('{');

    private TraceLine() {}

    /**
     * Begins an event of a phase.
     *
     * @param phase {@code B} and {@code E} for the ends of a slice, {@code X} for a whole one, {@code M} for a name, {@code C} for
     *     counters, {@code i} for a moment, {@code s} and {@code f} for the ends of an arrow
     */
    static TraceLine of(char phase) {
        return new TraceLine().text("ph", String.valueOf(phase));
    }

    TraceLine text(String field, String value) {
        quote(field);
        text.append(':');
        quote(value);
        text.append(',');
        return this;
    }

    TraceLine number(String field, long value) {
        quote(field);
        text.append(':').append(value).append(',');
        return this;
    }

    /** Where it stands. */
    TraceLine on(int process, int thread) {
        return number("pid", process).number("tid", thread);
    }

    /** Microseconds, which are the unit of a trace, with the nanoseconds as decimals. */
    TraceLine micros(String field, long nanos) {
        quote(field);
        text.append(':').append(nanos / 1_000).append('.');
        long rest = nanos % 1_000;
        text.append((char) ('0' + rest / 100))
                .append((char) ('0' + rest / 10 % 10))
                .append((char) ('0' + rest % 10));
        text.append(',');
        return this;
    }

    /** Begins the arguments, which {@link #end} ends; further fields are arguments. */
    TraceLine arguments() {
        text.append("\"args\":{");
        return this;
    }

    /** Ends what is open: the arguments, or the event. */
    TraceLine end() {
        if (text.charAt(text.length() - 1) == ',') {
            text.setLength(text.length() - 1);
        }
        text.append("},");
        return this;
    }

    private void quote(String value) {
        text.append(JsonString.quoted(value));
    }

    /** The event and the comma behind it. */
    @Override
    public String toString() {
        return text.toString();
    }
}
