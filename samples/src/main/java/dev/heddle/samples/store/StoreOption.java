package dev.heddle.samples.store;

import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.LocalStoreBuilder;
import dev.heddle.store.open.StoreLocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** The option that says which store a command works on. */
final class StoreOption {

    private static final Path NOTHING = Path.of("/dev/null");

    private static final String HINT =
            "name a directory, local?root=DIR, local?store=DIR&state=DIR&log=DIR, or leave it out";

    @Option(
            names = "--store",
            paramLabel = "URI",
            description =
                    "The store: a directory, local?root=DIR or local?store=DIR&state=DIR&log=DIR&real=DIR as for Nix."
                            + " Left out, or auto: $$XDG_DATA_HOME/heddle, else ~/.local/share/heddle.")
    private String uri = "auto";

    StoreOption() {}

    /** The text by which the store was named. */
    String uri() {
        return uri;
    }

    /** What a text that the user wrote behind {@code option} names. */
    static StoreLocator locator(String option, String text) {
        try {
            return StoreLocator.parse(text, System.getenv()::get);
        } catch (IllegalArgumentException e) {
            throw new UserError(option, "'" + Printable.oneLine(text) + "' " + e.getMessage(), null);
        }
    }

    /** Opens the store for queries; nothing is made where there is none. */
    LocalStore openToRead() {
        return open(LocalStoreBuilder::readOnly);
    }

    /** Opens the store, and makes it first where there is none. */
    LocalStore open() {
        return open(builder -> builder);
    }

    /** Opens the store as {@code settings} says. */
    LocalStore open(UnaryOperator<LocalStoreBuilder> settings) {
        StoreLocator.Local local = local();
        requireNoRoot(local);
        LocalStoreBuilder builder = settings.apply(LocalStore.builder(local.layout()));
        silenceDriver();
        try {
            return (local.readOnly() ? builder.readOnly() : builder).open();
        } catch (IOException e) {
            throw StoreVerb.told(ExitCode.FAILED, e);
        }
    }

    // SQLite's driver logs, with its whole stack, what it also throws and the store then tells or gets over.
    private static void silenceDriver() {
        String setting = "java.util.logging.config.file";
        if (System.getProperty(setting) == null && Files.exists(NOTHING)) {
            System.setProperty(setting, NOTHING.toString());
        }
    }

    /** Opens the store with what a user named to fetch from; {@code places} is closed behind it. */
    LocalStore open(Places places, SubstituterOptions from, UnaryOperator<LocalStoreBuilder> settings) {
        String directory = local().layout().storeDirectory();
        return open(builder -> settings.apply(from.open(directory, places).apply(builder)));
    }

    /** Where the store is, for commands that open it otherwise. */
    StoreLocator.Local local() {
        if (locator("--store", uri) instanceof StoreLocator.Local local) {
            return local;
        }
        throw new UserError(
                "--store", "'" + Printable.oneLine(uri) + "' is a cache, which this cannot be done with", HINT);
    }

    // Nix takes a directory for the root of a store, whose files are in nix/store below it.
    private void requireNoRoot(StoreLocator.Local local) {
        Path directory = local.layout().real().getParent();
        if (directory != null
                && !uri.startsWith("local")
                && Files.exists(directory.resolve("nix/var/nix/db/db.sqlite"))
                && !Files.exists(local.layout().state())) {
            throw new UserError(
                    "--store",
                    "'" + Printable.oneLine(uri) + "' has a store of Nix in nix/store below it",
                    "name it local?root=" + directory);
        }
    }
}
