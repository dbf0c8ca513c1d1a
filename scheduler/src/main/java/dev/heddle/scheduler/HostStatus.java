package dev.heddle.scheduler;

/**
 * How it stands with a host. Only one that is {@link #UP} is given work; jobs that run on another one go on.
 */
public enum HostStatus {
    /** It has not shown yet that it is fit. */
    STARTING,
    /** It takes jobs. */
    UP,
    /** It lost a job, or failed what may be built elsewhere: it rests, and then is tried or asked again. */
    SUSPECT,
    /** It did not answer when it was asked, and is asked again after pauses that grow. */
    DOWN,
    /** It answered, and is unfit: it differs from the other hosts, say. It is asked again after pauses that grow. */
    REFUSED,
    /** It gets nothing more, and its jobs are waited for. */
    DRAINING,
    /** It gets nothing more, and no job runs there. */
    DRAINED
}
