package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What to look for in a journal. Immutable: each method gives another query.
 *
 * <p>The pattern is one of RE2, found in time linear in the length of a line: no look-around and no back references. It has at
 * most 1,000 characters, and its counts in braces multiplied are at most 1,000.
 */
public final class JournalQuery {

    private final LinePattern pattern;
    private final Set<Channel> channels;
    private final Predicate<JobInfo> jobs;
    private final boolean failedOnly;

    private JournalQuery(LinePattern pattern, Set<Channel> channels, Predicate<JobInfo> jobs, boolean failedOnly) {
        this.pattern = pattern;
        this.channels = channels;
        this.jobs = jobs;
        this.failedOnly = failedOnly;
    }

    /**
     * Lines in which a pattern is found, of all jobs and channels.
     *
     * @throws IllegalArgumentException if it is no pattern, or too large; the message says what is wrong
     */
    public static JournalQuery of(String pattern) {
        return new JournalQuery(LinePattern.checked(pattern), EnumSet.allOf(Channel.class), job -> true, false);
    }

    /** The same, whatever the case of letters. */
    public JournalQuery ignoringCase() {
        return new JournalQuery(new LinePattern("(?i:" + pattern + ")"), channels, jobs, failedOnly);
    }

    /** The same on some channels only. */
    public JournalQuery on(Set<Channel> wanted) {
        return new JournalQuery(pattern, Set.copyOf(wanted), jobs, failedOnly);
    }

    /** The same of some jobs only. */
    public JournalQuery ofJobs(Predicate<JobInfo> wanted) {
        return new JournalQuery(pattern, channels, Objects.requireNonNull(wanted), failedOnly);
    }

    /** The same of jobs only that are recorded to have ended in failure. */
    public JournalQuery ofFailures() {
        return new JournalQuery(pattern, channels, jobs, true);
    }

    boolean isOfFailures() {
        return failedOnly;
    }

    boolean isWanted(Channel channel) {
        return channels.contains(channel);
    }

    boolean isWanted(JobInfo job) {
        return jobs.test(job);
    }

    boolean matches(String line) {
        return pattern.matches(line);
    }
}
