package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.HashRewriter;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarReader;
import dev.heddle.store.nar.NarWriter;
import dev.heddle.store.nar.ReferenceScanner;
import dev.heddle.store.nar.TreeCopy;
import dev.heddle.store.nar.TreeCopy.Place;
import dev.heddle.store.nar.TreeRemoval;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.Collection;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * Copies what a builder made into a stage: in the form of a store, hashed, and looked through for references. The copy shares no
 * file with anything that the builder can still reach, so what a process of its that lives on does to the original is of no
 * consequence, nor does an output's hard link to a file elsewhere carry a mode there.
 *
 * <p>Modes, times, owners, attributes and access lists of the original are not copied, only whether a file is executable; pipes,
 * sockets and devices are refused. Used by one thread.
 */
final class OutputTaker {

    private static final int READABLE_FILE = 0400;
    private static final int MODES = 0777;
    private static final int READABLE_FOLDER = 0700;
    private static final RawName ARCHIVE = RawName.of("archive");
    private static final RawName REWRITTEN = RawName.of("rewritten");
    private static final int PRIVATE = 0600;

    private final Stage stage;
    private final Collection<StorePath> candidates;
    private final SortedMap<String, String> back;

    /**
     * @param stage where the copies go
     * @param candidates what the outputs may refer to
     * @param back hash parts to exchange
     */
    OutputTaker(Stage stage, Collection<StorePath> candidates, SortedMap<String, String> back) {
        this.stage = stage;
        this.candidates = candidates;
        this.back = back;
    }

    /**
     * An output that was copied.
     *
     * @param hash of its archive
     * @param references the candidates that it names
     * @param place where the copy is
     */
    record Taken(NarHash hash, SortedSet<StorePath> references, Place place) {}

    /**
     * Copies one output.
     *
     * @param from where the builder left it
     * @param name the copy's name in the stage
     */
    Taken take(Place from, RawName name) throws IOException {
        open(from, NarLimits.MAX_DEPTH);
        Place to = new Place(stage.folder(), name);
        ReferenceScanner scanner = new ReferenceScanner(candidates);
        NarHash.Sink hash = new NarHash.Sink(scanner);
        if (back.isEmpty()) {
            TreeCopy.copy(from, to, hash, NarLimits.DEFAULT);
        } else {
            TreeCopy.copy(rewritten(from), to, hash, NarLimits.DEFAULT);
            TreeRemoval.remove(stage.folder(), REWRITTEN);
        }
        return new Taken(hash.result(), scanner.found(), to);
    }

    /** Refuses what no archive holds, and gives this user the right to read the rest, but not through a foreign name. */
    private static void open(Place place, int depth) throws IOException {
        FileFacts facts = place.folder().facts(place.name());
        if (facts.kind() == FileFacts.Kind.FILE && (facts.mode() & READABLE_FILE) == 0) {
            if (facts.links() > 1) {
                throw new BuildFailure(
                        BuildResult.Failure.OUTPUT_REJECTED,
                        place.folder().path() + "/" + place.name()
                                + " cannot be read, and is linked from elsewhere, so that its mode must not be changed");
            }
            place.folder().setMode(place.name(), (facts.mode() | READABLE_FILE) & MODES);
        } else if (facts.kind() == FileFacts.Kind.OTHER) {
            throw new BuildFailure(
                    BuildResult.Failure.OUTPUT_REJECTED,
                    place.folder().path() + "/" + place.name()
                            + " is neither a regular file, a directory nor a symbolic link; a store cannot hold it");
        } else if (facts.kind() == FileFacts.Kind.DIRECTORY && depth > 0) {
            if ((facts.mode() & READABLE_FOLDER) != READABLE_FOLDER) {
                place.folder().setMode(place.name(), (facts.mode() | READABLE_FOLDER) & MODES);
            }
            try (Folder folder = place.folder().folder(place.name())) {
                for (RawName name : folder.names(NarLimits.DEFAULT_ENTRIES)) {
                    open(new Place(folder, name), depth - 1);
                }
            }
        }
    }

    /** By way of an archive on disk, since names in it may change too. */
    private Place rewritten(Place from) throws IOException {
        Folder folder = stage.folder();
        try (OutputStream archive =
                new BufferedOutputStream(Channels.newOutputStream(folder.create(ARCHIVE, PRIVATE)))) {
            HashRewriter rewriter = HashRewriter.of(back, archive);
            NarWriter.dump(from.folder().path().resolve(from.name().toString()), rewriter);
            rewriter.finish();
        }
        try (InputStream archive = new BufferedInputStream(Channels.newInputStream(folder.read(ARCHIVE)))) {
            NarReader.unpack(archive, folder.path().resolve(REWRITTEN.toString()));
        }
        folder.delete(ARCHIVE);
        return new Place(folder, REWRITTEN);
    }
}
