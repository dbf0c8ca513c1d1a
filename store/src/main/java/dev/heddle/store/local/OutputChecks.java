package dev.heddle.store.local;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarWriter;
import dev.heddle.store.nar.TreeCopy.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What must hold of the outputs of a build before they are registered. Messages name the outputs by their own paths. */
final class OutputChecks {

    private final StorePath path;

    /** @param path the derivation's own */
    OutputChecks(StorePath path) {
        this.path = path;
    }

    /**
     * That a fixed output is what was promised.
     *
     * @return the address to register
     * @throws BuildFailure if the hash is another; the message has both
     */
    ContentAddress fixed(Derivation.Output.Fixed output, OutputTaker.Taken taken) throws IOException {
        Digest got = hash(output, taken.place(), taken.hash());
        if (!got.equals(output.hash())) {
            throw new BuildFailure(
                    BuildResult.Failure.HASH_MISMATCH,
                    "hash mismatch in fixed-output derivation '" + path + "':\n  specified: " + both(output.hash())
                            + "\n  got:       " + both(got));
        }
        if (!taken.references().isEmpty()) {
            throw rejected("the fixed output " + output.path() + " must not refer to store paths, but does to "
                    + joined(taken.references()));
        }
        return new ContentAddress(output.method(), got);
    }

    private static String both(Digest digest) {
        return digest.sri() + " (" + digest + ")";
    }

    private static Digest hash(Derivation.Output.Fixed output, Place place, NarHash nar) throws IOException {
        Digest.Algorithm algorithm = output.hash().algorithm();
        if (output.method() == ContentMethod.RECURSIVE && algorithm == Digest.Algorithm.SHA256) {
            return nar.digest();
        }
        MessageDigest digest = algorithm.newMessageDigest();
        OutputStream into = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
        if (output.method() == ContentMethod.RECURSIVE) {
            NarWriter.dump(place.folder().path().resolve(place.name().toString()), into, NarLimits.DEFAULT);
        } else {
            FileFacts facts = place.folder().facts(place.name());
            if (facts.kind() != FileFacts.Kind.FILE || facts.executable()) {
                throw rejected("output path '" + output.path()
                        + "' should be a non-executable regular file since its hash is flat, not recursive");
            }
            try (InputStream in = Channels.newInputStream(place.folder().read(place.name()))) {
                in.transferTo(into);
            }
        }
        return Digest.of(algorithm, digest.digest());
    }

    /**
     * That no output refers to itself by way of others.
     *
     * @param outputs the outputs that were made, by name
     */
    void noCycle(Map<String, PathInfo> outputs) throws BuildFailure {
        SortedMap<StorePath, String> names = new TreeMap<>();
        outputs.forEach((name, info) -> names.put(info.path(), name));
        for (String start : outputs.keySet()) {
            follow(start, start, outputs, names, new HashSet<>());
        }
    }

    private void follow(
            String start, String at, Map<String, PathInfo> outputs, Map<StorePath, String> names, Set<String> seen)
            throws BuildFailure {
        for (StorePath reference : infoOf(at, outputs).references()) {
            String next = names.get(reference);
            if (next == null || next.equals(at)) {
                continue;
            }
            if (next.equals(start)) {
                throw rejected("cycle detected in build of '" + path + "' in the references of output '" + start
                        + "' from output '" + at + "'");
            }
            if (seen.add(next)) {
                follow(start, next, outputs, names, seen);
            }
        }
    }

    private static PathInfo infoOf(String name, Map<String, PathInfo> outputs) {
        PathInfo info = outputs.get(name);
        if (info == null) {
            throw new AssertionError("BUG: no output " + name);
        }
        return info;
    }

    private static String joined(Collection<StorePath> paths) {
        return paths.stream().map(StorePath::toString).collect(Collectors.joining(", "));
    }

    private static BuildFailure rejected(String message) {
        return new BuildFailure(BuildResult.Failure.OUTPUT_REJECTED, message);
    }
}
