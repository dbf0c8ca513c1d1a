package dev.heddle.samples.store;

import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.local.AddBatch;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be built, as people name it: a derivation in the store, {@code DERIVATION!OUTPUT,OUTPUT} for some of its outputs, or
 * the file of one that is not in the store yet.
 */
final class BuildTargets {

    /**
     * A derivation and those of its outputs that are wanted.
     *
     * @param derivation the store path of its text
     * @param text the derivation
     * @param outputs names of outputs
     */
    record Target(StorePath derivation, Derivation text, List<String> outputs) {
        /** The paths of the outputs that are known before the build. */
        List<StorePath> paths() {
            List<StorePath> paths = new ArrayList<>();
            for (String name : outputs) {
                Derivation.Output output = text.output(name);
                if (output != null) {
                    output.knownPath().ifPresent(paths::add);
                }
            }
            return paths;
        }
    }

    private final LocalStore store;
    private final PathArguments arguments;

    /** Targets in {@code store}. */
    BuildTargets(LocalStore store) {
        this.store = store;
        this.arguments = new PathArguments(store.layout());
    }

    /**
     * All of {@code names}; files are added to the store.
     *
     * @throws UserError if one names no derivation
     */
    List<Target> all(List<String> names) throws IOException {
        List<Target> targets = new ArrayList<>();
        for (String name : names) {
            targets.add(target(name));
        }
        return targets;
    }

    private Target target(String name) throws IOException {
        int mark = name.lastIndexOf('!');
        String place = mark < 0 ? name : name.substring(0, mark);
        StorePath path = isOutside(place) ? added(Path.of(place)) : arguments.path(place);
        if (!path.name().endsWith(".drv")) {
            throw new UserError(
                    path.toString(), "is no derivation", "'heddle store query --deriver' tells what made it");
        }
        if (!store.isValid(path)) {
            throw new UserError(ExitCode.FAILED, path.toString(), "is not valid in this store", null);
        }
        Derivation text = store.readDerivation(path);
        List<String> wanted = mark < 0 || name.endsWith("!*")
                ? List.copyOf(text.outputs().keySet())
                : List.of(name.substring(mark + 1).split(",", -1));
        for (String output : wanted) {
            if (text.output(output) == null) {
                throw new UserError(
                        path.toString(),
                        "has no output '" + Printable.oneLine(output) + "'",
                        "it has " + String.join(", ", text.outputs().keySet()));
            }
        }
        return new Target(path, text, wanted);
    }

    private boolean isOutside(String place) {
        return place.endsWith(".drv")
                && !place.startsWith(store.storeDirectory() + "/")
                && !Files.isSymbolicLink(Path.of(place));
    }

    private StorePath added(Path file) throws IOException {
        StoreCommand.existing(file);
        Path last = file.getFileName();
        String name = DerivationFiles.name(String.valueOf(last));
        try (AddBatch batch = store.batch()) {
            StorePath path = new DerivationFiles(store).add(batch, name, file);
            batch.commit();
            return path;
        } catch (IllegalArgumentException e) {
            throw new UserError(file.toString(), Printable.oneLine(String.valueOf(e.getMessage())), null);
        }
    }
}
