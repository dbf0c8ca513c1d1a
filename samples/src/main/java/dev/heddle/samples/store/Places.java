package dev.heddle.samples.store;

import dev.heddle.samples.cli.ExitCode;
import dev.heddle.store.PathSink;
import dev.heddle.store.PathSource;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.cache.BinaryCache;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.LocalStoreBuilder;
import dev.heddle.store.open.StoreLocator;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Opens stores and caches, and closes all of them in the end. Used by one thread. */
final class Places implements Closeable {

    private final Deque<Closeable> opened = new ArrayDeque<>();

    Places() {}

    /**
     * Opens something to read from.
     *
     * @param locator what
     * @param storeDirectory the directory that a cache's paths must be named for
     */
    PathSource source(StoreLocator locator, String storeDirectory) {
        if (locator instanceof StoreLocator.Cache cache) {
            return cache(cache, storeDirectory, false);
        }
        return local((StoreLocator.Local) locator, TrustedKeys.of(List.of()), true);
    }

    /**
     * Opens something to put paths into, and makes it where there is none.
     *
     * @param trusted whose signatures a store believes
     */
    PathSink sink(StoreLocator locator, String storeDirectory, TrustedKeys trusted) {
        if (locator instanceof StoreLocator.Cache cache) {
            return cache(cache, storeDirectory, true);
        }
        return local((StoreLocator.Local) locator, trusted, false);
    }

    private BinaryCache cache(StoreLocator.Cache cache, String storeDirectory, boolean create) {
        try {
            var builder = cache.builder(storeDirectory);
            BinaryCache open = (create ? builder.create() : builder).open();
            opened.push(open);
            return open;
        } catch (IOException e) {
            throw StoreVerb.told(ExitCode.FAILED, e);
        }
    }

    private LocalStore local(StoreLocator.Local local, TrustedKeys trusted, boolean readOnly) {
        LocalStoreBuilder builder = LocalStore.builder(local.layout()).trustedKeys(trusted);
        try {
            LocalStore open = (readOnly || local.readOnly() ? builder.readOnly() : builder).open();
            opened.push(open::close);
            return open;
        } catch (IOException e) {
            throw StoreVerb.told(ExitCode.FAILED, e);
        }
    }

    @Override
    public void close() throws IOException {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }
}
