package dev.heddle.samples.store;

import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.UserError;
import dev.heddle.store.PathSource;
import dev.heddle.store.PublicKey;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.LocalStoreBuilder;
import dev.heddle.store.open.StoreLocator;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that say from where missing paths may be fetched, and whom that needs the word of. */
final class SubstituterOptions {

    @Option(
            names = "--substituter",
            paramLabel = "URI",
            description =
                    "Where missing paths may be fetched: a cache file://DIR, or another store. May be given more than"
                            + " once; the first that has a path is asked first.")
    private List<String> substituters = List.of();

    @Option(
            names = "--trusted-key",
            paramLabel = "NAME:KEY",
            description = "A public key whose signatures are believed. What is fetched needs one, but for content that"
                    + " names itself. May be given more than once.")
    private List<String> keys = List.of();

    SubstituterOptions() {}

    /** What the options name, opened. */
    static final class Opened implements Closeable {
        private final List<PathSource> sources = new ArrayList<>();
        private final List<LocalStore> stores = new ArrayList<>();
        private TrustedKeys keys = TrustedKeys.of(List.of());

        private Opened() {}

        /** Tells a store of them. */
        LocalStoreBuilder apply(LocalStoreBuilder builder) {
            return builder.substituters(sources).trustedKeys(keys);
        }

        /** Where paths may be fetched, the preferred first. */
        List<PathSource> sources() {
            return List.copyOf(sources);
        }

        @Override
        public void close() throws IOException {
            for (LocalStore store : stores) {
                store.close();
            }
        }
    }

    /**
     * Opens what was named.
     *
     * @throws UserError if something cannot be
     */
    Opened open() throws IOException {
        Opened opened = new Opened();
        opened.keys = trusted();
        try {
            for (String text : substituters) {
                open(opened, StoreOption.locator("--substituter", text));
            }
            return opened;
        } catch (IOException e) {
            opened.close();
            throw StoreVerb.told(ExitCode.FAILED, e);
        }
    }

    private static void open(Opened opened, StoreLocator locator) throws IOException {
        if (locator instanceof StoreLocator.Local local) {
            LocalStore store = LocalStore.builder(local.layout()).readOnly().open();
            opened.stores.add(store);
            opened.sources.add(store);
        }
    }

    private TrustedKeys trusted() {
        List<PublicKey> trusted = new ArrayList<>();
        try {
            for (String key : keys) {
                trusted.add(PublicKey.parse(key));
            }
            return TrustedKeys.of(trusted);
        } catch (IllegalArgumentException e) {
            throw new UserError("--trusted-key", Printable.oneLine(String.valueOf(e.getMessage())), null);
        }
    }
}
