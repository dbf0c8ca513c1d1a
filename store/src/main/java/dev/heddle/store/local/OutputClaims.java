package dev.heddle.store.local;

import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Checks, as Nix does, that derivations which become valid name the output paths that follow from them: else one could
 * claim another's, and building it would make any content valid there.
 *
 * <p>Remembers what was computed from valid derivations, 10 MiB at most, so that each is read once and not with all that build
 * on it. Any thread; they take turns.
 */
final class OutputClaims {

    /** Each takes some 200 bytes of memory. */
    private static final int MOST_REMEMBERED = 50_000;

    private final StoreDatabase database;
    private final Folder store;
    private final String storeDirectory;
    /** Guards what is remembered. */
    private final Object lock = new Object();

    private OutputPaths remembered = new OutputPaths();
    private int read;

    OutputClaims(StoreDatabase database, Folder store, String storeDirectory) {
        this.database = database;
        this.store = store;
        this.storeDirectory = storeDirectory;
    }

    /**
     * Checks derivations that become valid together.
     *
     * @throws StoreException if one claims a wrong output, or needs a derivation that is neither valid nor among them
     */
    void check(Map<StorePath, Staged> added) throws IOException {
        synchronized (lock) {
            // What becomes valid only now may yet be refused, and must not be remembered then.
            boolean alone = added.size() == 1;
            OutputPaths paths = alone ? remembered : new OutputPaths();
            for (Map.Entry<StorePath, Staged> one : added.entrySet()) {
                Staged staged = one.getValue();
                Derivation derivation =
                        DerivationFiles.read(one.getKey(), staged.stage().folder(), staged.name());
                check(one.getKey(), derivation, paths, input -> input(one.getKey(), input, added));
            }
            if (alone && read > MOST_REMEMBERED) {
                remembered = new OutputPaths();
                read = 0;
            }
        }
    }

    private void check(StorePath path, Derivation derivation, OutputPaths paths, OutputPaths.Reader<IOException> inputs)
            throws IOException {
        String name = path.name().substring(0, path.name().length() - DerivationFiles.SUFFIX.length());
        try {
            Optional<String> wrong = paths.wrongOutput(storeDirectory, name, derivation, inputs);
            if (wrong.isPresent()) {
                Derivation right = paths.resolve(storeDirectory, name, derivation, inputs);
                throw wrong(path, wrong.get(), derivation, right);
            }
        } catch (IllegalArgumentException e) {
            throw new StoreException(path + ": its outputs cannot be checked: " + e.getMessage(), e);
        }
        for (String output : derivation.outputs().keySet()) {
            String wanted = path(derivation, output);
            String variable = derivation.environment().get(output);
            if (!wanted.isEmpty() && !wanted.equals(variable)) {
                throw new StoreException(
                        path + ": the variable '" + output + "' of a derivation must be the path of that" + " output, "
                                + wanted + ", but " + (variable == null ? "there is none" : "is " + variable));
            }
        }
    }

    private static StoreException wrong(StorePath path, String output, Derivation claimed, Derivation right) {
        boolean follows = right.output(output) instanceof Derivation.Output.InputAddressed;
        return new StoreException(path + ": claims " + path(claimed, output) + " for its output '" + output + "', "
                + (follows
                        ? "but what follows from it is " + path(right, output)
                        : "which does not follow from its hash")
                + "; compute the paths of outputs with OutputPaths.resolve before adding a derivation");
    }

    /** The path that is known of an output; empty if there is none. */
    private static String path(Derivation derivation, String output) {
        Derivation.Output kind = derivation.output(output);
        return kind == null ? "" : kind.knownPath().map(StorePath::toString).orElse("");
    }

    private Derivation input(StorePath user, StorePath input, Map<StorePath, Staged> added) throws IOException {
        Staged staged = added.get(input);
        if (staged != null) {
            return DerivationFiles.read(input, staged.stage().folder(), staged.name());
        }
        if (!database.isValid(input)) {
            throw new StoreException(user + ": needs the derivation " + input
                    + ", which is not valid in this store; add that one first");
        }
        read++;
        return DerivationFiles.read(input, store, RawName.of(input.baseName()));
    }
}
