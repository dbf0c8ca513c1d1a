package dev.heddle.store.local;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Digest;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.FileFacts;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarWriter;
import dev.heddle.store.nar.SelfHash;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/** Computes the content address of a staged tree anew, whatever was claimed of it. */
final class AddressCheck {

    private static final int BUFFER_BYTES = 1 << 16;

    private AddressCheck() {}

    /** Whether there is a way to check such an address. */
    static boolean canCheck(ContentAddress address) {
        return address.method() != ContentMethod.GIT;
    }

    /** @throws StoreException if the content has another address than {@code address} */
    static void check(ContentAddress address, Staged tree) throws IOException {
        Digest found = address.method() == ContentMethod.RECURSIVE ? ofTree(address, tree) : ofFile(address, tree);
        if (!found.equals(address.digest())) {
            throw new StoreException(tree.info().path() + ": its content address is wrong: wanted " + address
                    + ", but the content has " + found);
        }
    }

    private static Digest ofTree(ContentAddress address, Staged tree) throws IOException {
        Digest.Algorithm algorithm = address.digest().algorithm();
        if (tree.info().references().contains(tree.info().path())) {
            SelfHash hash = new SelfHash(tree.info().path().hashPart());
            NarWriter.dump(tree.stage().folder(), tree.name(), hash, NarLimits.DEFAULT);
            return hash.finish();
        }
        if (algorithm == Digest.Algorithm.SHA256) {
            return tree.info().narHash();
        }
        MessageDigest hash = algorithm.newMessageDigest();
        OutputStream into = new DigestOutputStream(OutputStream.nullOutputStream(), hash);
        NarWriter.dump(tree.stage().folder(), tree.name(), into, NarLimits.DEFAULT);
        return Digest.of(algorithm, hash.digest());
    }

    private static Digest ofFile(ContentAddress address, Staged tree) throws IOException {
        FileFacts facts = tree.stage().folder().facts(tree.name());
        if (facts.kind() != FileFacts.Kind.FILE || facts.executable()) {
            throw new StoreException(tree.info().path() + ": its content address " + address
                    + " is that of a plain file, which it is not");
        }
        MessageDigest hash = address.digest().algorithm().newMessageDigest();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (SeekableByteChannel in = tree.stage().folder().read(tree.name())) {
            while (in.read(buffer) >= 0) {
                hash.update(buffer.flip());
                buffer.clear();
            }
        }
        return Digest.of(address.digest().algorithm(), hash.digest());
    }
}
