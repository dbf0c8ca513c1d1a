package dev.heddle.core.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many tasks are in which state, as shown on the two counter lines.
 *
 * @param done {@code P}: usable and needed by nothing more; 0 until discovery has ended
 * @param usable {@code I}: usable and needed by others
 * @param built {@code B}: built, not yet usable
 * @param queued {@code Q}: can run as soon as a slot is free; tasks held aside count here
 * @param waiting {@code T}: dependencies unresolved
 * @param ignored {@code !}: ignored or skipped
 * @param failed {@code E}: failed or locked
 * @param running jobs that run
 */
public record Counters(int done, int usable, int built, int queued, int waiting, int ignored, int failed, int running) {

    /** The counters as dpb prints them: {@code P=0 I=3 B=0 Q=2 T=5 !=0 E=0}. */
    public String line() {
        return "P=" + done + " I=" + usable + " B=" + built + " Q=" + queued + " T=" + waiting + " !=" + ignored + " E="
                + failed;
    }

    // Written out, as is hashCode: those of a record make classes at their first call, which each start of a program
    // would pay.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Counters that
                        && done == that.done
                        && usable == that.usable
                        && built == that.built
                        && queued == that.queued
                        && waiting == that.waiting
                        && ignored == that.ignored
                        && failed == that.failed
                        && running == that.running);
    }

    @Override
    public int hashCode() {
        return Objects.hash(done, usable, built, queued, waiting, ignored, failed, running);
    }
}
