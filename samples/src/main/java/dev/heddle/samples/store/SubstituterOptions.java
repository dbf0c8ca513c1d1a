package dev.heddle.samples.store;

import dev.heddle.store.PathSource;
import dev.heddle.store.Substituters;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.local.LocalStoreBuilder;
import dev.heddle.store.open.StoreLocator;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private TrustOptions trust = new TrustOptions();

    SubstituterOptions() {}

    /**
     * What the options name, opened.
     *
     * @param sources where paths may be fetched
     * @param keys whose signatures are believed
     */
    record Sources(List<PathSource> sources, TrustedKeys keys) {
        /** Tells a store of them. */
        LocalStoreBuilder apply(LocalStoreBuilder builder) {
            return builder.substituters(sources).trustedKeys(keys);
        }

        /** The same for builds at once; what cannot be used is told on standard error. */
        Substituters substituters() {
            return new Substituters(sources, keys, StoreVerb::say);
        }
    }

    /**
     * Opens what was named.
     *
     * @param storeDirectory the store's directory
     * @param places opens them, and closes them when the store is closed
     */
    Sources open(String storeDirectory, Places places) {
        List<StoreLocator> locators = new ArrayList<>();
        substituters.forEach(text -> locators.add(StoreOption.locator("--substituter", text)));
        TrustedKeys keys = trust.trusted();
        List<PathSource> sources = new ArrayList<>();
        locators.forEach(each -> sources.add(places.source(each, storeDirectory)));
        return new Sources(sources, keys);
    }
}
