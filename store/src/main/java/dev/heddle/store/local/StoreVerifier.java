package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Looks for valid paths that are not as they were registered. Changes nothing.
 *
 * <p><b>Threads.</b> Used by one; reads with as many as there are processors, at most {@value #MOST_READERS}, which end with the
 * call. <b>Limits.</b> Takes paths from the database {@value #PAGE} at a time, and gives up after {@value #MOST_FINDINGS}
 * findings, which is no store to be repaired path by path.
 */
final class StoreVerifier {

    static final int MOST_FINDINGS = 100_000;

    private static final int PAGE = 1_000;
    /** So many are given to a reader at once: handing over one costs as much as looking at a small file. */
    private static final int SHARE = 16;

    private static final int MOST_READERS = 4;
    private static final String LINKS = ".links";

    private final StoreDatabase database;
    private final Folder store;
    private final ContentCheck check;
    private long paths;
    private long bytes;

    /** @param store the store directory, open as long as this is used */
    StoreVerifier(StoreDatabase database, Folder store) {
        this.database = database;
        this.store = store;
        this.check = new ContentCheck(store);
    }

    long paths() {
        return paths;
    }

    /** The size of the archives of what was read. */
    long bytes() {
        return bytes;
    }

    /** What is wrong with any valid path, in the order of their names. */
    List<VerifyFinding> all(boolean contents) throws IOException, InterruptedException {
        return withReaders(readers -> {
            List<VerifyFinding> findings = new ArrayList<>();
            @Nullable StorePath after = null;
            for (List<StorePath> page = database.page(after, PAGE);
                    !page.isEmpty();
                    page = database.page(after, PAGE)) {
                after = page.get(page.size() - 1);
                findings.addAll(page(page, contents, readers));
                if (findings.size() > MOST_FINDINGS) {
                    throw new StoreException(store.path() + ": more than " + MOST_FINDINGS
                            + " paths are missing or corrupt; is this the right directory, and its disk mounted?");
                }
            }
            return findings;
        });
    }

    /** What is wrong with {@code wanted}, those of them that are valid. */
    List<VerifyFinding> some(List<StorePath> wanted, boolean contents) throws IOException, InterruptedException {
        return withReaders(readers -> page(wanted, contents, readers));
    }

    private interface Reading<T> {
        T with(ExecutorService readers) throws IOException, InterruptedException;
    }

    private static <T> T withReaders(Reading<T> reading) throws IOException, InterruptedException {
        int count = Math.min(MOST_READERS, Runtime.getRuntime().availableProcessors());
        ExecutorService readers = Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, "heddle-store-verifier");
            thread.setDaemon(true);
            return thread;
        });
        try {
            return reading.with(readers);
        } finally {
            // What still reads after a failure or an interrupt ends at once, as its files are closed under it.
            readers.shutdownNow();
        }
    }

    private List<VerifyFinding> page(List<StorePath> page, boolean contents, ExecutorService readers)
            throws IOException, InterruptedException {
        List<Callable<Optional<VerifyFinding>>> looks = new ArrayList<>();
        if (contents) {
            // Those that were collected meanwhile are not among them.
            for (PathInfo info : database.pathInfos(page)) {
                bytes += info.narSize();
                looks.add(() -> check.content(info));
            }
        } else {
            page.forEach(path -> looks.add(() -> check.existence(path)));
        }
        paths += looks.size();
        List<VerifyFinding> findings = new ArrayList<>();
        for (Optional<VerifyFinding> finding : each(looks, readers)) {
            // What was collected while it was read is not damaged.
            if (finding.isPresent() && database.isValid(finding.get().path())) {
                findings.add(finding.get());
            }
        }
        return findings;
    }

    private static <T> List<T> each(List<Callable<T>> looks, ExecutorService readers)
            throws IOException, InterruptedException {
        List<Callable<List<T>>> shares = new ArrayList<>();
        for (int from = 0; from < looks.size(); from += SHARE) {
            List<Callable<T>> share = List.copyOf(looks.subList(from, Math.min(from + SHARE, looks.size())));
            shares.add(() -> {
                List<T> results = new ArrayList<>();
                for (Callable<T> look : share) {
                    results.add(look.call());
                }
                return results;
            });
        }
        List<T> results = new ArrayList<>();
        for (Future<List<T>> share : readers.invokeAll(shares)) {
            try {
                results.addAll(share.get());
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }
        return results;
    }

    /** The names in {@code .links} whose files have other content than the name says. */
    List<RawName> badLinks() throws IOException, InterruptedException {
        RawName directory = RawName.of(LINKS);
        if (!store.exists(directory)) {
            return List.of();
        }
        try (Folder links = store.folder(directory)) {
            return withReaders(readers -> {
                List<RawName> bad = new ArrayList<>();
                List<Callable<Optional<RawName>>> looks = new ArrayList<>();
                links.forEachName(name -> {
                    looks.add(() -> isGood(links, name) ? Optional.empty() : Optional.of(name));
                    if (looks.size() == PAGE) {
                        keepPresent(looks, readers, bad);
                    }
                });
                keepPresent(looks, readers, bad);
                return bad;
            });
        }
    }

    private static void keepPresent(
            List<Callable<Optional<RawName>>> looks, ExecutorService readers, List<RawName> kept) throws IOException {
        try {
            for (Optional<RawName> name : each(looks, readers)) {
                name.ifPresent(kept::add);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while files were compared with their names");
        }
        looks.clear();
    }

    private static boolean isGood(Folder links, RawName name) throws IOException {
        try {
            return RawName.of(ContentCheck.hash(links, name).digest().nix32()).equals(name);
        } catch (NoSuchFileException e) {
            return true; // removed meanwhile, by a collection
        }
    }
}
