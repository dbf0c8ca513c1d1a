package dev.heddle.store.local;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A database that lives on a {@link Disk}, so that it is cut together with the files that it speaks of: everything in memory,
 * and a journal that each transaction is appended to and synced in. For stores of some thousand paths in one process: each
 * transaction copies what is known, and referrers are found by looking at all paths.
 */
final class ModelDatabase implements StoreDatabase {

    private final ModelJournal journal;
    private final String storeDirectory;
    private final ReentrantLock writing = new ReentrantLock(true);
    /** The numbers that paths were given when they were first asked for; as long as the database is open. */
    private final Map<StorePath, Long> numbers = new ConcurrentHashMap<>();

    private volatile ModelFacts facts;
    private volatile boolean closed;

    private ModelDatabase(ModelJournal journal, String storeDirectory, ModelFacts facts) {
        this.journal = journal;
        this.storeDirectory = storeDirectory;
        this.facts = facts;
    }

    /** Opens the database of a store on {@code disk}, and makes it if there is none. */
    static ModelDatabase open(Disk disk, StoreLayout layout) throws IOException {
        return open(disk, layout.database(), layout.storeDirectory());
    }

    private static ModelDatabase open(Disk disk, Path directory, String storeDirectory) throws IOException {
        Folder folder = disk.openOrCreate(directory);
        ModelFacts facts = new ModelFacts();
        try {
            ModelJournal journal = ModelJournal.open(folder, RawName.of("journal"), facts::apply);
            return new ModelDatabase(journal, storeDirectory, facts);
        } catch (IOException | RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    private ModelFacts now() {
        if (closed) {
            throw new IllegalStateException("the database is closed");
        }
        return facts;
    }

    @Override
    public boolean isValid(StorePath path) {
        return now().paths.containsKey(path);
    }

    @Override
    public Optional<PathInfo> pathInfo(StorePath path) {
        return Optional.ofNullable(now().paths.get(path));
    }

    @Override
    public Optional<StorePath> pathFromHashPart(String hashPart) {
        return now().paths.keySet().stream()
                .filter(path -> path.storeDirectory().equals(storeDirectory)
                        && path.hashPart().equals(hashPart))
                .findFirst();
    }

    @Override
    public SortedSet<StorePath> referrers(StorePath path) {
        return now().referrers(path);
    }

    @Override
    public SortedSet<StorePath> references(StorePath path) {
        PathInfo info = now().paths.get(path);
        return info == null ? new TreeSet<>() : info.references();
    }

    @Override
    public SortedSet<StorePath> derivers(StorePath output) {
        SortedSet<StorePath> derivers = new TreeSet<>();
        now().outputs.forEach((derivation, outputs) -> {
            if (outputs.containsValue(output)) {
                derivers.add(derivation);
            }
        });
        return derivers;
    }

    @Override
    public SortedMap<String, StorePath> outputs(StorePath derivation) {
        return new TreeMap<>(now().outputs.getOrDefault(derivation, Map.of()));
    }

    @Override
    public List<StorePath> page(@Nullable StorePath after, int most) {
        TreeMap<StorePath, PathInfo> paths = now().paths;
        return (after == null ? paths : paths.tailMap(after, false))
                .keySet().stream().limit(most).toList();
    }

    @Override
    public void survey(Surveyor surveyor) throws IOException {
        new ModelSurvey(now(), numbers).tell(surveyor);
    }

    @Override
    public long number(StorePath path) {
        return isValid(path) ? ModelSurvey.number(numbers, path) : -1;
    }

    @Override
    public List<Counted> paths(long... wanted) {
        return new ModelSurvey(now(), numbers).paths(wanted);
    }

    @Override
    public List<String> damage(int most) {
        now();
        return List.of();
    }

    @Override
    public <T> T write(Work<T> work) throws IOException {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("a write inside a write");
        }
        try {
            writing.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to write");
        }
        try {
            Changes changes = new Changes(now().copy());
            T result;
            try {
                result = work.in(changes);
            } finally {
                changes.ended = true;
            }
            if (changes.spoilt) {
                throw new StoreException("a change failed, so nothing of the transaction is kept");
            }
            if (!changes.lines.isEmpty()) {
                journal.append(changes.lines, () -> now().lines());
                facts = changes.facts;
            }
            return result;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("close inside a write");
        }
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                journal.close();
            }
        } finally {
            writing.unlock();
        }
    }

    /** One transaction: its own copy of what is known, and the lines that lead there. */
    private static final class Changes implements Transaction {

        private final ModelFacts facts;
        private final List<String> lines = new ArrayList<>();
        private boolean spoilt;
        private boolean ended;

        Changes(ModelFacts facts) {
            this.facts = facts;
        }

        private ModelFacts open() {
            if (ended) {
                throw new IllegalStateException("the transaction has ended");
            }
            return facts;
        }

        private void note(String line) {
            open().apply(line);
            lines.add(line);
        }

        private void check(boolean fine, String otherwise) throws StoreException {
            open();
            if (!fine) {
                spoilt = true;
                throw new StoreException(otherwise);
            }
        }

        @Override
        public boolean isValid(StorePath path) {
            return open().paths.containsKey(path);
        }

        @Override
        public Optional<PathInfo> pathInfo(StorePath path) {
            return Optional.ofNullable(open().paths.get(path));
        }

        @Override
        public SortedSet<StorePath> referrers(StorePath path) {
            return open().referrers(path);
        }

        @Override
        public List<Replacement> replacements() {
            return List.copyOf(open().replacements.values());
        }

        @Override
        public void register(Collection<PathInfo> infos) throws IOException {
            ReferenceOrder.checkNoCycle(infos);
            infos.forEach(info -> note(ModelFacts.put(info)));
            for (PathInfo info : infos) {
                for (StorePath reference : info.references()) {
                    check(isValid(reference), info.path() + ": refers to " + reference + ", which is not valid");
                }
            }
        }

        @Override
        public void registerOutputs(StorePath derivation, Map<String, StorePath> outputs) throws IOException {
            check(isValid(derivation), derivation + ": is not valid");
            note(ModelFacts.outputs(derivation, outputs));
        }

        @Override
        public void update(PathInfo info) throws IOException {
            check(isValid(info.path()), info.path() + ": is not valid");
            note(ModelFacts.put(
                    ModelFacts.withReferences(info, facts.paths.get(info.path()).references())));
        }

        @Override
        public void invalidate(Collection<StorePath> paths) throws IOException {
            for (StorePath path : paths) {
                SortedSet<StorePath> others = referrers(path);
                others.removeAll(paths);
                check(others.isEmpty(), path + ": " + others + " refers to it");
            }
            paths.forEach(path -> note(ModelFacts.drop(path)));
        }

        @Override
        public void beginReplacement(StorePath path, String incoming, PathInfo info) throws IOException {
            check(isValid(path), path + ": is not valid");
            note(ModelFacts.begin(new Replacement(path, incoming, info)));
        }

        @Override
        public void endReplacement(StorePath path) {
            note(ModelFacts.end(path));
        }
    }
}
