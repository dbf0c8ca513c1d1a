package dev.heddle.store.nar;

import dev.heddle.core.derivation.StorePath;
import java.io.OutputStream;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds which store paths some content names: those of the candidates whose hash part stands anywhere in it, in whatever
 * context. What is compressed, encoded or cut in two is not found, as in Nix.
 *
 * <p>Takes the content, a NAR say, as it is written to it; keeps nothing of it but the last 31 bytes. Used by one thread at a
 * time.
 */
public final class ReferenceScanner extends OutputStream {

    private static final int TAIL = HashParts.LENGTH - 1;

    private final List<List<StorePath>> candidates;
    private final HashParts parts;
    private final boolean[] seen;
    /** The last bytes of what came before, and room for as many of what comes now. */
    private final byte[] seam = new byte[2 * TAIL];

    private int tail;

    /** Looks for {@code candidates}. Two with one hash part are found together. */
    public ReferenceScanner(Collection<StorePath> candidates) {
        TreeMap<String, List<StorePath>> byPart = new TreeMap<>();
        for (StorePath path : new TreeSet<>(candidates)) {
            byPart.merge(path.hashPart(), List.of(path), ReferenceScanner::joined);
        }
        this.candidates = List.copyOf(byPart.values());
        this.parts = new HashParts(byPart.keySet());
        this.seen = new boolean[byPart.size()];
    }

    private static List<StorePath> joined(List<StorePath> some, List<StorePath> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        Objects.checkFromIndexSize(from, length, bytes.length);
        int lent = Math.min(length, TAIL);
        System.arraycopy(bytes, from, seam, tail, lent);
        parts.find(seam, 0, tail + lent, false, this::found);
        if (length > TAIL) {
            parts.find(bytes, from, from + length, false, this::found);
        }
        if (length >= TAIL) {
            System.arraycopy(bytes, from + length - TAIL, seam, 0, TAIL);
            tail = TAIL;
        } else {
            int keep = Math.min(TAIL, tail + length);
            System.arraycopy(seam, tail + length - keep, seam, 0, keep);
            tail = keep;
        }
    }

    private void found(int at, int part) {
        seen[part] = true;
    }

    /** The candidates found so far. */
    public SortedSet<StorePath> found() {
        SortedSet<StorePath> found = new TreeSet<>();
        for (int i = 0; i < seen.length; i++) {
            if (seen[i]) {
                found.addAll(candidates.get(i));
            }
        }
        return Collections.unmodifiableSortedSet(found);
    }
}
