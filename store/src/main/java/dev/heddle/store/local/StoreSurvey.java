package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.util.List;

/**
 * All valid paths at once, by number: what a collection looks at. Numbers are those of the database's rows, from 1 on; a number
 * is never used for two paths.
 *
 * <p>Any thread.
 */
interface StoreSurvey {

    /** Tells {@code surveyor} what is valid at one moment. */
    void survey(Surveyor surveyor) throws IOException;

    /** The number of a valid path, or -1. */
    long number(StorePath path) throws IOException;

    /** Those of the paths of these numbers that are still valid, in their order. */
    List<Counted> paths(long... numbers) throws IOException;

    /** Is told, in this order: all paths by number, all references by referrer, all outputs by derivation. */
    interface Surveyor {

        /** A path, registered so many seconds after the epoch. */
        void path(long number, long registered);

        /** A reference, which may be one to itself. */
        void reference(long referrer, long reference);

        /** A derivation that has a valid output; {@code made} if that says itself that this derivation made it. */
        void output(long derivation, long output, boolean made);
    }

    /** A valid path with its number and the size of its NAR in bytes. */
    record Counted(long number, StorePath path, long narSize) {}
}
