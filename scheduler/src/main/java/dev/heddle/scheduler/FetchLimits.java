package dev.heddle.scheduler;

/**
 * How many tasks that fetch run at once.
 *
 * @param build on all hosts together, at least 1
 * @param site from one site, at least 1
 */
record FetchLimits(int build, int site) {

    /** What holds unless something else is asked for. */
    static final FetchLimits USUAL = new FetchLimits(32, 4);

    FetchLimits {
        if (build < 1 || site < 1) {
            throw new IllegalArgumentException("limits of fetches must be at least 1, not " + build + " and " + site);
        }
    }
}
