package dev.heddle.core;

/**
 * Feeds tasks to a build while it runs.
 *
 * <p>Runs as a job: on a worker thread, once, until it returns or throws. What it fed before it threw stays in the build.
 */
@FunctionalInterface
public interface TaskSource {

    /**
     * Feeds tasks until there are no more.
     *
     * @throws Exception if the source broke; the build goes on with what was fed and reports the failure
     */
    void feed(Feed feed) throws Exception;

    /** Takes what a source finds. */
    @FunctionalInterface
    interface Feed {
        /**
         * Adds to the graph. May be called from any thread until {@link TaskSource#feed} returns; blocks while the engine is
         * behind. A dependency on a task that is still to come is fine until the source ends.
         *
         * @param expansion what to add
         * @param place where it was read, for error messages: {@code packages.list:12}
         */
        void add(Expansion expansion, String place) throws InterruptedException;

        /**
         * Tells of something that the source found and cannot give, such as a broken line: the build is told of it as a problem,
         * and fails at its end. May be called as {@link #add} may; a feed for which nobody waits passes it over.
         *
         * @param problem what is wrong, beginning with its place: {@code packages.list:12:7: ...}
         */
        default void refuse(String problem) throws InterruptedException {}
    }
}
