package dev.heddle.store;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a store knows of a valid path besides its content. Immutable.
 *
 * @param path the path
 * @param narHash the SHA-256 of the path's NAR
 * @param narSize the NAR's size in bytes
 * @param references the paths that its content names, itself included where it does
 * @param deriver the derivation that made it, or null; nobody vouches for it
 * @param registered when the store took it, to the second
 * @param ultimate whether it was built here, and needs nobody's word
 * @param signatures who vouches for it
 * @param contentAddress the claim that the path follows from the content, or null
 */
public record PathInfo(
        StorePath path,
        Digest narHash,
        long narSize,
        SortedSet<StorePath> references,
        @Nullable StorePath deriver,
        Instant registered,
        boolean ultimate,
        SortedSet<PathSignature> signatures,
        @Nullable ContentAddress contentAddress) {

    /** A NAR of an empty file is longer. */
    private static final long SMALLEST_NAR = 1;

    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException if the hash is no SHA-256, the size is below one, or a reference or the deriver is of
     *     another store
     */
    public PathInfo {
        if (narHash.algorithm() != Digest.Algorithm.SHA256) {
            throw new IllegalArgumentException(path + ": the NAR is hashed by sha256, not by " + narHash.algorithm());
        }
        if (narSize < SMALLEST_NAR) {
            throw new IllegalArgumentException(path + ": the size of the NAR must be above zero, not " + narSize);
        }
        references = Collections.unmodifiableSortedSet(new TreeSet<>(references));
        for (StorePath reference : references) {
            checkStore(path, "reference", reference);
        }
        if (deriver != null) {
            checkStore(path, "deriver", deriver);
        }
        signatures = Collections.unmodifiableSortedSet(new TreeSet<>(signatures));
    }

    private static void checkStore(StorePath path, String what, StorePath other) {
        if (!other.storeDirectory().equals(path.storeDirectory())) {
            throw new IllegalArgumentException(path + ": its " + what + " " + other + " is of another store");
        }
    }

    /** What is known of a new path: no deriver, no signature, registered at the epoch. */
    public static PathInfo of(StorePath path, Digest narHash, long narSize, Collection<StorePath> references) {
        return new PathInfo(
                path,
                narHash,
                narSize,
                new TreeSet<>(references),
                null,
                Instant.EPOCH,
                false,
                Collections.emptySortedSet(),
                null);
    }

    /** The same with this deriver. */
    public PathInfo withDeriver(@Nullable StorePath from) {
        return new PathInfo(path, narHash, narSize, references, from, registered, ultimate, signatures, contentAddress);
    }

    /** The same, registered at {@code time}. */
    public PathInfo withRegistered(Instant time) {
        return new PathInfo(path, narHash, narSize, references, deriver, time, ultimate, signatures, contentAddress);
    }

    /** The same, built here or not. */
    public PathInfo withUltimate(boolean here) {
        return new PathInfo(path, narHash, narSize, references, deriver, registered, here, signatures, contentAddress);
    }

    /** The same with these signatures and no others. */
    public PathInfo withSignatures(Collection<PathSignature> by) {
        return new PathInfo(
                path, narHash, narSize, references, deriver, registered, ultimate, new TreeSet<>(by), contentAddress);
    }

    /** The same with this claim. */
    public PathInfo withContentAddress(@Nullable ContentAddress address) {
        return new PathInfo(path, narHash, narSize, references, deriver, registered, ultimate, signatures, address);
    }

    /**
     * What a signature is made over: {@code 1;PATH;sha256:NIX32;SIZE;REFERENCE,REFERENCE,...}. The deriver, the time and the
     * content address are not part of it.
     */
    public String fingerprint() {
        return "1;" + path + ";" + narHash + ";" + narSize + ";"
                + references.stream().map(StorePath::toString).collect(Collectors.joining(","));
    }

    /**
     * The path that the content address claims, where it can be told without reading the content.
     *
     * @return empty if there is no content address, or its path follows from more than the address and the references
     */
    public Optional<StorePath> claimedPath() {
        if (contentAddress == null) {
            return Optional.empty();
        }
        String directory = path.storeDirectory();
        SortedSet<StorePath> others = new TreeSet<>(references);
        boolean self = others.remove(path);
        Digest digest = contentAddress.digest();
        if (contentAddress.method() == ContentMethod.TEXT) {
            return self ? Optional.empty() : Optional.of(StorePath.ofText(digest, others, directory, path.name()));
        }
        if (contentAddress.method() == ContentMethod.RECURSIVE && digest.algorithm() == Digest.Algorithm.SHA256) {
            return Optional.of(
                    self
                            ? StorePath.ofSelfReferring(digest, others, directory, path.name())
                            : StorePath.ofSource(digest, others, directory, path.name()));
        }
        return references.isEmpty()
                ? Optional.of(StorePath.ofFixed(contentAddress.method(), digest, directory, path.name()))
                : Optional.empty();
    }
}
