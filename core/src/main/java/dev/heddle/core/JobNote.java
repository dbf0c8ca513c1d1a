package dev.heddle.core;

/** A plain fact that a job tells about itself while it runs. */
public sealed interface JobNote {

    /**
     * How far the job is.
     *
     * @param done units done, at least 0
     * @param total units in all, or 0 if unknown
     * @param text what is being done, for people; may be empty
     */
    record Progress(long done, long total, String text) implements JobNote {
        /** Checks the ranges. */
        public Progress {
            if (done < 0 || total < 0) {
                throw new IllegalArgumentException("progress must not be negative: " + done + " of " + total);
            }
        }
    }

    /**
     * Any other fact.
     *
     * @param key what the fact is about
     * @param value the fact
     */
    record Fact(String key, String value) implements JobNote {}
}
