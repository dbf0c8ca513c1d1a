package dev.heddle.scheduler.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a simulation found to be against the rules. The first finding ends the build as soon as the engine's thread comes by. */
final class Findings {

    /**
     * A broken rule.
     *
     * @param rule short name of the rule
     * @param after virtual time since the build began
     * @param event number of events told before
     * @param text what was wrong
     */
    record Finding(String rule, Duration after, long event, String text) {
        @Override
        public String toString() {
            return rule + " after " + after + ", event " + event + ": " + text;
        }
    }

    /** Findings kept; a broken engine breaks rules without end. */
    private static final int MOST = 20;

    private final VirtualTime time;
    private final List<Finding> all = new ArrayList<>();
    private long events;

    Findings(VirtualTime time) {
        this.time = time;
    }

    void event() {
        events++;
    }

    long events() {
        return events;
    }

    void add(String rule, String text) {
        if (all.size() < MOST) {
            all.add(new Finding(rule, Duration.ofNanos(time.getAsLong()), events, text));
        }
    }

    void check(boolean right, String rule, Object... text) {
        if (!right) {
            StringBuilder told = new StringBuilder();
            for (Object part : text) {
                told.append(part);
            }
            add(rule, told.toString());
        }
    }

    List<Finding> all() {
        return all;
    }

    /** Ends the build if anything was found. */
    void endBuild() {
        if (!all.isEmpty()) {
            throw new AssertionError("BUG: " + all.get(0));
        }
    }
}
