package dev.heddle.store.local;

import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.DerivationText;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.TreeRemoval;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds many things that become valid together, by one transaction and with few syncs. What is in a batch may refer to what
 * is in the same batch.
 *
 * <p>What it commits stays alive at least until it is closed; see {@link LocalStore#releaseAdded}.
 *
 * <p>Used by one thread at a time. A failed operation leaves the batch as it was; a failed {@link #commit} drops everything
 * since the last one. Keeps about 1 KiB of memory for each path until the commit.
 */
public final class AddBatch implements AutoCloseable {

    /** So many are looked up before they are synced; more are cheaper to look up in the transaction that adds them. */
    private static final int FEW = 100;

    private final LocalStore store;
    private final Intake intake;
    private final Map<StorePath, Staged> pending = new LinkedHashMap<>();
    /** What was valid before it was staged. */
    private final Set<StorePath> present = new HashSet<>();

    private @Nullable Stage stage;
    private @Nullable Hold hold;
    private @Nullable Writeback writeback;
    private long count;
    private boolean closed;

    AddBatch(LocalStore store) {
        this.store = store;
        this.intake = new Intake(store.parts());
    }

    /** As {@link LocalStore#addTree}. */
    public StorePath addTree(String name, Path source) throws IOException {
        return add((into, slot) -> intake.tree(into, slot, name, source));
    }

    /** As {@link LocalStore#addFile}. */
    public StorePath addFile(String name, Path source) throws IOException {
        return addFixed(name, ContentMethod.FLAT, Digest.Algorithm.SHA256, source);
    }

    /** As {@link LocalStore#addText}. */
    public StorePath addText(String name, byte[] content, Collection<StorePath> references) throws IOException {
        StorePath path = intake.textPath(name, content, references);
        if (!pending.containsKey(path) && !present.contains(path) && !isValidForLong(path)) {
            add((into, slot) -> intake.text(into, slot, path, content, references));
        }
        return path;
    }

    /** As {@link LocalStore#addFixed}. */
    public StorePath addFixed(String name, ContentMethod method, Digest.Algorithm algorithm, Path source)
            throws IOException {
        Intake.FixedKind kind = new Intake.FixedKind(method, algorithm);
        return add((into, slot) -> intake.fixed(into, slot, name, kind, source));
    }

    /** As {@link LocalStore#addDerivation}. */
    public StorePath addDerivation(String name, Derivation derivation) throws IOException {
        return addText(name + DerivationFiles.SUFFIX, DerivationText.write(derivation), derivation.references());
    }

    /** What is added by one call. */
    @FunctionalInterface
    interface Addition {
        StorePath to(AddBatch batch) throws IOException;
    }

    /** Makes one tree in a free place of a stage. */
    @FunctionalInterface
    interface Making {
        Staged make(Stage into, RawName slot) throws IOException;
    }

    /** Takes what {@code making} makes, unless it is in the batch already. */
    StorePath add(Making making) throws IOException {
        if (closed) {
            throw new IllegalStateException("the batch is closed");
        }
        Stage into = stage();
        RawName slot = RawName.of("t" + count++);
        Staged made;
        try {
            made = making.make(into, slot);
        } catch (IOException | RuntimeException e) {
            Staging.closeAfter(e, () -> removeIfThere(into, slot));
            throw e;
        }
        StorePath path = made.info().path();
        if (pending.putIfAbsent(path, made) != null) {
            TreeRemoval.remove(into.folder(), slot);
        } else if (store.parts().settings().sync()) {
            writeback().staged(made.info().narSize());
        }
        return path;
    }

    private Writeback writeback() throws IOException {
        if (writeback == null) {
            writeback = new Writeback(store.staging());
        }
        return writeback;
    }

    private void endWriteback() throws IOException {
        if (writeback != null) {
            Writeback ended = writeback;
            // What could not be written is dropped with this commit; the next one begins anew.
            writeback = null;
            ended.end();
        }
    }

    /** Whether a path is valid and no collection takes it away before this is closed. */
    private boolean isValidForLong(StorePath path) throws IOException {
        if (!store.database().isValid(path)) {
            return false;
        }
        hold().keep(List.of(path));
        return store.database().isValid(path) && present.add(path);
    }

    private Hold hold() throws IOException {
        if (hold == null) {
            hold = store.hold(List.of());
        }
        return hold;
    }

    private static void removeIfThere(Stage into, RawName slot) throws IOException {
        if (into.folder().exists(slot)) {
            TreeRemoval.remove(into.folder(), slot);
        }
    }

    private Stage stage() throws IOException {
        if (stage == null) {
            stage = store.staging().stage();
        }
        return stage;
    }

    /** Makes everything valid that was added since the last commit: all of it, or, when this throws, nothing. */
    public void commit() throws IOException {
        if (closed) {
            throw new IllegalStateException("the batch is closed");
        }
        List<Staged> trees = new ArrayList<>(pending.values());
        pending.clear();
        intake.closeSources();
        try (Stage done = stage) {
            stage = null;
            List<StorePath> added =
                    trees.stream().map(tree -> tree.info().path()).toList();
            hold().keep(added);
            if (trees.size() <= FEW) {
                for (Staged tree : List.copyOf(trees)) {
                    if (store.database().isValid(tree.info().path())) {
                        trees.remove(tree);
                    }
                }
            }
            if (!trees.isEmpty()) {
                endWriteback();
                store.publisher().publish(trees, Map.of());
            }
            hold().told(added);
            hold().told(present);
        }
    }

    /** Drops what was not committed. A second close does nothing. */
    @Override
    public void close() throws IOException {
        closed = true;
        pending.clear();
        present.clear();
        if (writeback != null) {
            // It syncs a directory that the store may close next.
            writeback.await();
        }
        try (Stage dropped = stage;
                Hold ended = hold) {
            stage = null;
            hold = null;
            intake.closeSources();
        }
    }
}
