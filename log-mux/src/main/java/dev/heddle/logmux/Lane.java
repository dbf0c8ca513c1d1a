package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobEnding;
import dev.heddle.core.JobInfo;
import org.jspecify.annotations.Nullable;

/** One source as one view sees it: what it said that is not shown yet. Owned by the view's thread. */
final class Lane implements Comparable<Lane> {

    static final int CHANNELS = Channel.values().length;

    final int source;
    final @Nullable JobInfo job;
    final boolean live;
    /** Whole pieces, in the order in which they were completed, that wait for the arbiter. */
    final Runs queue = new Runs();

    final @Nullable Assembler[] assemblers = new Assembler[CHANNELS];
    /** Whether what was shown last of a channel ended in the middle of a line. */
    final boolean[] midLine = new boolean[CHANNELS];

    /** How the line of each channel is shown that was begun last; owned by {@link LineMarker}. */
    final @Nullable Mark[] marks = new Mark[CHANNELS];

    int lastChannel = -1;
    /** When its last byte came. */
    long lastByte = Long.MIN_VALUE / 2;
    /** Key in an arbiter's sorted set; changed only while it is not in there. */
    long waitingSince;

    @Nullable
    JobEnding ending;

    Lane(int source, @Nullable JobInfo job, boolean live) {
        this.source = source;
        this.job = job;
        this.live = live;
    }

    boolean isEngine() {
        return source == 0;
    }

    /** Whether the last thing shown ended in the middle of a line. */
    boolean isMidLine() {
        return lastShown >= 0 && midLine[lastShown];
    }

    /** Whether it has begun a line, shown or held, that has no end yet. */
    boolean isInLine() {
        boolean holds = false;
        for (Assembler assembler : assemblers) {
            holds |= assembler != null && assembler.holdsHalfLine();
        }
        return holds || isMidLine();
    }

    /** Channel of the last thing shown, or -1. */
    int lastShown = -1;

    /** What a display leaves out of it at the moment, or null; owned by {@link DisplayBudget}. */
    DisplayBudget.@Nullable Account account;

    /** When the oldest byte that waits for the arbiter came. */
    long oldest() {
        return queue.oldestNanos();
    }

    @Override
    public int compareTo(Lane that) {
        int byTime = Long.compare(waitingSince, that.waitingSince);
        return byTime != 0 ? byTime : Integer.compare(source, that.source);
    }
}
