package dev.heddle.core;

import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;

/**
 * Builds derivations for a client: the port between what serves a store to others and whatever runs builds.
 *
 * <p>May be called from any thread, for several derivations at once.
 */
@FunctionalInterface
public interface BuildService {

    /** What to do with outputs that are there already. */
    enum Mode {
        /** Nothing, if all outputs are valid. */
        NORMAL,
        /** Make every missing or corrupt output again. */
        REPAIR,
        /** Build although the outputs are valid, and compare; the valid ones are kept. */
        CHECK
    }

    /**
     * Builds {@code derivation} and returns when it has ended. What has to be there is what the derivation itself names: its
     * text need not be in the store.
     *
     * @param path the store path of the derivation's text, which also gives its name
     * @param derivation what to build
     * @param mode what to do with outputs that are there already
     * @param output takes what the build prints; finished and closed by the caller
     * @return how it ended; a build that fails is an outcome, not an exception
     * @throws InterruptedException if the calling thread was interrupted, as when the client is gone; no process of the build
     *     is left
     */
    Outcome build(StorePath path, Derivation derivation, Mode mode, JobOutput output) throws InterruptedException;
}
