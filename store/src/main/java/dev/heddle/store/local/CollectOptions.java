package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a collection does. Immutable; start from {@link #ALL}.
 *
 * @param action whether dead paths are deleted, or paths only told
 * @param only the paths that alone are deleted; empty for all dead ones
 * @param mostBytes after how many bytes no more is deleted: the last path may go beyond
 * @param registeredBefore only paths that became valid before are taken, and nothing that a younger path refers to
 * @param visitor is told each path
 */
public record CollectOptions(
        Action action, Set<StorePath> only, long mostBytes, Instant registeredBefore, Visitor visitor) {

    /** Deletes everything that is dead. */
    public static final CollectOptions ALL =
            new CollectOptions(Action.DELETE, Set.of(), Long.MAX_VALUE, Instant.MAX, (path, bytes) -> {});

    /** What is done with paths. */
    public enum Action {
        /** Dead ones are deleted. */
        DELETE,
        /** Dead ones are told, as {@link #DELETE} with the same options would take them. */
        LIST_DEAD,
        /** Live ones are told. */
        LIST_LIVE
    }

    /** Is told what a collection deleted or found; called by the thread that collects. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * A path was deleted, or would be, or is alive.
         *
         * @param name the whole path, or that of an entry of the store directory which is no valid path
         * @param bytes the size of its NAR, or of its files if it is not valid
         */
        void path(String name, long bytes);
    }

    /**
     * Copies the set.
     *
     * @throws IllegalArgumentException if the limit is negative
     */
    public CollectOptions {
        if (mostBytes < 0) {
            throw new IllegalArgumentException("the limit must not be negative, but is " + mostBytes + " bytes");
        }
        only = Collections.unmodifiableSet(new TreeSet<>(only));
    }

    /** The same, doing this. */
    public CollectOptions withAction(Action chosen) {
        return new CollectOptions(chosen, only, mostBytes, registeredBefore, visitor);
    }

    /** The same for these paths alone. */
    public CollectOptions withOnly(Set<StorePath> paths) {
        return new CollectOptions(action, paths, mostBytes, registeredBefore, visitor);
    }

    /** The same up to so many bytes, the least recently registered paths first. */
    public CollectOptions withMostBytes(long bytes) {
        return new CollectOptions(action, only, bytes, registeredBefore, visitor);
    }

    /** The same for paths that became valid before. */
    public CollectOptions withRegisteredBefore(Instant time) {
        return new CollectOptions(action, only, mostBytes, time, visitor);
    }

    /** The same, telling this visitor. */
    public CollectOptions withVisitor(Visitor told) {
        return new CollectOptions(action, only, mostBytes, registeredBefore, told);
    }
}
