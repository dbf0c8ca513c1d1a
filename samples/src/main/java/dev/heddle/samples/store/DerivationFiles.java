package dev.heddle.samples.store;

import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.DerivationFormatException;
import dev.heddle.core.derivation.DerivationText;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.local.AddBatch;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Derivations that people wrote to files outside a store. Where the path of an output is left blank, it is the one that follows,
 * and so is the variable named like the output.
 */
final class DerivationFiles {

    private static final String ENDING = ".drv";

    private final LocalStore store;
    private final OutputPaths paths = new OutputPaths();
    private final Map<StorePath, Derivation> added = new HashMap<>();

    /** Files whose derivations may name those that are valid in {@code store}. */
    DerivationFiles(LocalStore store) {
        this.store = store;
    }

    /** The name of a derivation in a file of this name. */
    static String name(String file) {
        return file.endsWith(ENDING) ? file.substring(0, file.length() - ENDING.length()) : file;
    }

    /**
     * Adds the derivation in {@code file}; it may name those that were added before to the same batch.
     *
     * @param name the derivation's name
     */
    StorePath add(AddBatch batch, String name, Path file) throws IOException {
        Derivation read = read(file);
        Derivation whole;
        try {
            whole = paths.resolve(store.storeDirectory(), name, read, this::input);
            Optional<String> wrong = paths.wrongOutput(store.storeDirectory(), name, whole, this::input);
            if (wrong.isPresent()) {
                throw new UserError(
                        file.toString(),
                        "the path of output '" + wrong.get() + "' is not the one that follows from the derivation",
                        "leave it blank, or give the derivation the name that it was made with");
            }
        } catch (IllegalArgumentException e) {
            throw new UserError(file.toString(), Printable.oneLine(String.valueOf(e.getMessage())), null);
        }
        StorePath path = batch.addDerivation(name, whole);
        added.put(path, whole);
        return path;
    }

    private Derivation input(StorePath path) throws IOException {
        Derivation before = added.get(path);
        return before != null ? before : store.readDerivation(path);
    }

    private static Derivation read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UserError(file.toString(), "is no regular file", "name the file of a derivation");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return DerivationText.read(withoutLineEnd(AddCommand.bounded(in, file.toString())));
        } catch (DerivationFormatException e) {
            throw new UserError(file.toString(), Printable.oneLine(String.valueOf(e.getMessage())), null);
        }
    }

    // Editors put one behind the text, which has none in a store.
    private static byte[] withoutLineEnd(byte[] text) {
        boolean has = text.length > 0 && text[text.length - 1] == '\n';
        return has ? Arrays.copyOf(text, text.length - 1) : text;
    }
}
