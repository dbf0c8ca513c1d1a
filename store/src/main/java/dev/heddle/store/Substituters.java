package dev.heddle.store;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Other stores and caches that are asked for a path before it is built.
 *
 * <p><b>Order.</b> As Nix's: by their priority, the lowest number first; those of equal priority as they were given. The first
 * that has a path and is believed is taken; if fetching from it fails, the next one is.
 *
 * <p><b>Trust.</b> A path is believed if a trusted key signed it, or if it names itself by its content, which the store that
 * takes it computes again.
 *
 * <p><b>Failure.</b> A source that cannot answer is told of and not asked again as long as this object is used. One that is wrong
 * about one path, or has it unsigned, is told of and asked for others.
 *
 * <p><b>Threads.</b> Any number. The sources are not closed.
 */
public final class Substituters {

    /** Far more than are fetched at once, so that few wait for another path's sake. */
    private static final int LOCKS = 1024;

    private final List<PathSource> sources;
    private final TrustedKeys keys;
    private final Consumer<String> tell;
    private final Set<PathSource> broken = ConcurrentHashMap.newKeySet();
    /** A path that two fetches want is fetched by one of them, while the other waits. */
    private final List<ReentrantLock> fetching =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    /**
     * Where a path can be had.
     *
     * @param source has it
     * @param info what it tells of it, which is believed
     */
    public record Found(PathSource source, PathInfo info) {}

    /**
     * Asks {@code sources}.
     *
     * @param keys whose signatures are believed
     * @param tell is given a line for people about each source or path that cannot be used; called from any thread
     */
    public Substituters(Collection<PathSource> sources, TrustedKeys keys, Consumer<String> tell) {
        this.sources = sources.stream()
                .sorted(Comparator.comparingInt(PathSource::priority))
                .toList();
        this.keys = keys;
        this.tell = tell;
    }

    /** In the order in which they are asked. */
    public List<PathSource> sources() {
        return sources;
    }

    /** The first source that has {@code path} and is believed. */
    public Optional<Found> find(StorePath path) {
        for (PathSource source : sources) {
            Optional<PathInfo> info = ask(source, path);
            if (info.isPresent()) {
                return Optional.of(new Found(source, info.get()));
            }
        }
        return Optional.empty();
    }

    private Optional<PathInfo> ask(PathSource source, StorePath path) {
        Optional<PathInfo> info = offer(source, path);
        if (info.isPresent() && !isBelieved(info.get(), path)) {
            tell.accept(source + ": no trusted key signed " + path + "; it is not taken from there");
            return Optional.empty();
        }
        return info;
    }

    /**
     * What one of the sources tells of {@code path}, believed or not: for who knows already what the content must be. Empty if it
     * has none, is of another store, or cannot answer, which is told.
     */
    public Optional<PathInfo> offer(PathSource source, StorePath path) {
        if (broken.contains(source) || !source.storeDirectory().equals(path.storeDirectory())) {
            return Optional.empty();
        }
        try {
            return source.queryPathInfo(path);
        } catch (StoreException e) {
            tell.accept(source + ": " + e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            if (broken.add(source)) {
                tell.accept(source + ": " + e + "; it is not asked again");
            }
            return Optional.empty();
        }
    }

    private boolean isBelieved(PathInfo info, StorePath path) {
        return info.path().equals(path)
                && (keys.vouchFor(info)
                        || info.claimedPath().filter(path::equals).isPresent());
    }

    /**
     * Fetches paths, and all they refer to, as far as they are missing.
     *
     * @param into takes them; a store believes the same keys
     * @param atOnce how many paths at once, as for {@link StoreCopy#copy}
     * @return what was fetched, and from where
     * @throws StoreException if no source has one of the paths, or none could give it; those that were fetched stay
     * @throws InterruptedException if the calling thread was interrupted; nothing is running any more
     */
    public SortedMap<StorePath, PathSource> fetch(Collection<StorePath> paths, PathSink into, int atOnce)
            throws IOException, InterruptedException {
        SortedMap<StorePath, PathSource> fetched = new ConcurrentSkipListMap<>();
        ClosureCopy.Mover mover = new ClosureCopy.Mover() {
            @Override
            public PathInfo info(StorePath path) throws StoreException {
                return find(path)
                        .orElseThrow(() ->
                                new StoreException("no substituter has a trusted " + path + "; asked were " + sources))
                        .info();
            }

            @Override
            public void move(PathInfo info, Executor writers) throws IOException {
                ReentrantLock lock = fetching.get(Math.floorMod(info.path().hashCode(), LOCKS));
                lock.lock();
                try {
                    if (into.queryValid(List.of(info.path())).isEmpty()) {
                        fetched.put(info.path(), fetch(info.path(), into, writers));
                    }
                } finally {
                    lock.unlock();
                }
            }
        };
        new ClosureCopy(mover, into, atOnce).run(paths);
        return fetched;
    }

    private PathSource fetch(StorePath path, PathSink into, Executor writers) throws IOException {
        @Nullable IOException failure = null;
        for (PathSource source : sources) {
            Optional<PathInfo> info = ask(source, path);
            if (info.isEmpty()) {
                continue;
            }
            try {
                StoreCopy.stream(source, into, info.get(), writers);
                return source;
            } catch (IOException e) {
                tell.accept(source + ": " + path + " could not be fetched: " + e.getMessage());
                if (failure != null && failure != e) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw failure != null ? failure : new StoreException("no substituter has a trusted " + path + " any more");
    }
}
