package dev.heddle.scheduler.host;

import java.time.Duration;

/**
 * How often things are looked at, and how long things are waited for, with batch jobs of Slurm.
 *
 * @param lease a job ends by itself when it has seen no sign of life from here for so long; whole seconds
 * @param firstPoll from a submission to the first question to Slurm
 * @param longestPoll between two questions, at most
 * @param retry before the first further attempt at a submission; twice as long before each further one
 * @param longestRetry between two attempts, at most
 * @param settle how long the status of a job that has ended is awaited on the shared file system
 */
record SlurmPace(
        Duration lease,
        Duration firstPoll,
        Duration longestPoll,
        Duration retry,
        Duration longestRetry,
        Duration settle) {

    static final SlurmPace USUAL = new SlurmPace(
            Duration.ofSeconds(20),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10));

    /** How often a sign of life is given. */
    Duration beat() {
        return lease.dividedBy(8);
    }

    /**
     * So long it may take until a job is known to have ended that was killed: what Slurm takes for that, half a minute and its
     * answers, the status and the last words that come late, and, where Slurm does not know, what makes it sure.
     */
    Duration kill() {
        return longestPoll.multipliedBy(2).plus(settle).plus(fence());
    }

    /** After so long nothing runs any more of a job that was told to end through the shared file system. */
    Duration fence() {
        return lease.plusSeconds(Math.max(3, lease.toSeconds() / 4));
    }
}
