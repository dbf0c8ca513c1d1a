package dev.heddle.store.local;

import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;

/**
 * Adds many things that become valid together, by one transaction and with few syncs. What is in a batch may refer to what
 * came before it in the same batch.
 *
 * <p>Used by one thread at a time. After a failure of an operation the batch goes on without what failed.
 */
public final class AddBatch implements AutoCloseable {

    AddBatch() {}

    /** As {@link LocalStore#addTree}. */
    public StorePath addTree(String name, Path source) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** As {@link LocalStore#addFile}. */
    public StorePath addFile(String name, Path source) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** As {@link LocalStore#addText}. */
    public StorePath addText(String name, byte[] content, Collection<StorePath> references) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** As {@link LocalStore#addFixed}. */
    public StorePath addFixed(String name, ContentMethod method, Digest.Algorithm algorithm, Path source)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /** As {@link LocalStore#addDerivation}. */
    public StorePath addDerivation(String name, Derivation derivation) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Makes everything valid that was added since the last commit. */
    public void commit() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Drops what was not committed. A second close does nothing. */
    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
