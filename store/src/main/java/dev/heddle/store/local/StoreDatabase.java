package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Which paths are valid, and what is known of them. The only truth about validity.
 *
 * <p><b>Threads.</b> Any number; readers do not wait for a writer. Between processes and threads there is one {@link #write}
 * at a time, which therefore also serves as the lock under which paths get and lose their names in the store directory.
 *
 * <p><b>Durability.</b> When {@code write} has returned, what it did survives a power cut; if it throws, nothing of it
 * was done. After a crash that follows a write which the disk made fail, it may be found done all the same, whole: what was made
 * ready for it must stay in place.
 */
interface StoreDatabase extends StoreSurvey, AutoCloseable {

    boolean isValid(StorePath path) throws IOException;

    Optional<PathInfo> pathInfo(StorePath path) throws IOException;

    /** What is known of those of {@code paths} that are valid, in their order; cheaper than one question for each. */
    default List<PathInfo> pathInfos(List<StorePath> paths) throws IOException {
        List<PathInfo> infos = new ArrayList<>();
        for (StorePath path : paths) {
            pathInfo(path).ifPresent(infos::add);
        }
        return infos;
    }

    /** The valid path with this hash part, by one look into an index. */
    Optional<StorePath> pathFromHashPart(String hashPart) throws IOException;

    SortedSet<StorePath> referrers(StorePath path) throws IOException;

    SortedSet<StorePath> references(StorePath path) throws IOException;

    /** The valid derivations that have {@code output} as an output. */
    SortedSet<StorePath> derivers(StorePath output) throws IOException;

    SortedMap<String, StorePath> outputs(StorePath derivation) throws IOException;

    /** At most {@code most} valid paths behind {@code after} in the order of their text, or from the first one. */
    List<StorePath> page(@Nullable StorePath after, int most) throws IOException;

    /** What is wrong with the database itself, in words; at most {@code most}. Reads everything, and takes its time. */
    List<String> damage(int most) throws IOException;

    /**
     * Does {@code work} in one transaction that nothing else writes beside, and makes it durable.
     *
     * @throws IOException what {@code work} threw, or why the transaction could not be made
     */
    <T> T write(Work<T> work) throws IOException;

    /** {@link #write} for work that has no result. */
    default void change(Change work) throws IOException {
        write(transaction -> {
            work.in(transaction);
            return Boolean.TRUE;
        });
    }

    @Override
    void close() throws IOException;

    /** What is done in one transaction. */
    @FunctionalInterface
    interface Work<T> {
        T in(Transaction transaction) throws IOException;
    }

    /** What is done in one transaction, without a result. */
    @FunctionalInterface
    interface Change {
        void in(Transaction transaction) throws IOException;
    }

    /** A transaction; used by the one thread that is in it. Reads see what it has done. */
    interface Transaction {

        boolean isValid(StorePath path) throws IOException;

        Optional<PathInfo> pathInfo(StorePath path) throws IOException;

        SortedSet<StorePath> referrers(StorePath path) throws IOException;

        /**
         * Makes paths valid. Everything they refer to must be valid or among them.
         *
         * @throws dev.heddle.store.StoreException if a reference is not valid
         */
        void register(Collection<PathInfo> infos) throws IOException;

        /** Notes the outputs of a valid derivation, by name; what was noted before is replaced. */
        void registerOutputs(StorePath derivation, Map<String, StorePath> outputs) throws IOException;

        /** Changes what is known of a valid path: hash, size, deriver, signatures; not its references. */
        void update(PathInfo info) throws IOException;

        /**
         * Makes paths invalid.
         *
         * @throws dev.heddle.store.StoreException if a path outside {@code paths} refers to one of them
         */
        void invalidate(Collection<StorePath> paths) throws IOException;

        /** Notes that a path is being replaced: the new tree waits under {@code incoming}, a name in the staging directory. */
        void beginReplacement(StorePath path, String incoming, PathInfo info) throws IOException;

        void endReplacement(StorePath path) throws IOException;

        List<Replacement> replacements() throws IOException;
    }

    /**
     * A replacement that was begun and not ended.
     *
     * @param path what is replaced; valid
     * @param incoming the name of the new tree's private directory in the staging directory
     * @param info what will be known of it
     */
    record Replacement(StorePath path, String incoming, PathInfo info) {}
}
