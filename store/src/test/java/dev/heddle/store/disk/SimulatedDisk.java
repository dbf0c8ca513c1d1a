package dev.heddle.store.disk;

import dev.heddle.store.disk.DiskCall.Operation;
import dev.heddle.store.disk.SimulatedInode.Directory;
import dev.heddle.store.disk.SimulatedInode.Link;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that knows what of it is on the medium, and so what a power cut can leave.
 *
 * <p><b>What survives.</b> All that was synced. Of the rest, each block of a file, each file's size, each file's mode and time,
 * and each change of names, alone: with a probability, in any order. A rename is one change, of two directories perhaps, as on
 * every journalling file system; syncing either directory brings it to the medium. A change is lost with an earlier lost one
 * of the same name, and with the lost creation of its directory. Syncing a file does not sync its name.
 *
 * <p>Permissions are not enforced, as for root. Any thread may use it; each call is one step for all others.
 */
public final class SimulatedDisk implements Disk {

    private static final int MOST_LINKS = 40;
    private static final double[] ODDS = {0, 0.5, 1};
    private static final long START = 1_000_000_000;

    /** A change of names that is not on the medium yet. */
    record Change(List<Slot> slots) {}

    /** A name in a directory, and what it leads to after a change. */
    record Slot(Directory directory, RawName name, @Nullable SimulatedInode after) {

        Key key() {
            return new Key(directory.number, name);
        }
    }

    private record Key(long directory, RawName name) {}

    private final Directory root;
    private List<Change> pending = new ArrayList<>();
    private long inodes;
    private long calls;
    private Consumer<DiskCall> hook = call -> {};

    /** An empty disk. */
    public SimulatedDisk() {
        this(new Directory(1, 0755, START), 1);
    }

    private SimulatedDisk(Directory root, long inodes) {
        this.root = root;
        this.inodes = inodes;
        root.parent = root;
    }

    /** What is told of each call after it was done, whether or not it failed; it may take images. */
    public synchronized void afterEachCall(Consumer<DiskCall> then) {
        hook = then;
    }

    /** How many calls were made. */
    public synchronized long calls() {
        return calls;
    }

    /** What a power cut at this moment leaves, with odds that {@code random} chooses: none, even, all, or between. */
    public synchronized SimulatedDisk crashed(Random random) {
        int choice = random.nextInt(ODDS.length + 1);
        return crashed(random, choice < ODDS.length ? ODDS[choice] : random.nextDouble());
    }

    /**
     * What a power cut at this moment leaves: a disk of its own; this one goes on.
     *
     * @param odds how likely it is that something that was not synced is there, 0 to 1
     */
    public synchronized SimulatedDisk crashed(Random random, double odds) {
        BooleanSupplier survives = () -> random.nextDouble() < odds;
        Map<SimulatedInode, SimulatedInode> copies = new IdentityHashMap<>();
        Map<Directory, Map<RawName, SimulatedInode>> names = new IdentityHashMap<>();
        Set<Key> lost = new HashSet<>();
        Set<Change> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Change change : pending) {
            boolean follows = change.slots().stream()
                    .anyMatch(slot -> lost.contains(slot.key())
                            || slot.directory().creation != null && dropped.contains(slot.directory().creation));
            if (follows || !survives.getAsBoolean()) {
                dropped.add(change);
                change.slots().forEach(slot -> lost.add(slot.key()));
            } else {
                apply(change, names);
            }
        }
        Directory copy = (Directory) copyOf(root, copies, survives);
        fill(copies, names, survives);
        SimulatedDisk disk = new SimulatedDisk(copy, inodes);
        disk.calls = calls;
        return disk;
    }

    private static void apply(Change change, Map<Directory, Map<RawName, SimulatedInode>> names) {
        for (Slot slot : change.slots()) {
            Map<RawName, SimulatedInode> there = names.computeIfAbsent(
                    slot.directory(), directory -> new java.util.TreeMap<>(directory.durableEntries));
            put(there, slot);
        }
    }

    private static void put(Map<RawName, SimulatedInode> names, Slot slot) {
        SimulatedInode after = slot.after();
        if (after == null) {
            names.remove(slot.name());
        } else {
            names.put(slot.name(), after);
        }
    }

    private static SimulatedInode copyOf(
            SimulatedInode inode, Map<SimulatedInode, SimulatedInode> copies, BooleanSupplier survives) {
        return copies.computeIfAbsent(inode, original -> original.crashed(survives));
    }

    /** Goes through all directories that can be reached, without recursion. */
    private void fill(
            Map<SimulatedInode, SimulatedInode> copies,
            Map<Directory, Map<RawName, SimulatedInode>> names,
            BooleanSupplier survives) {
        Deque<Directory> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            Directory directory = open.pop();
            Directory copy = (Directory) copyOf(directory, copies, survives);
            names.getOrDefault(directory, directory.durableEntries).forEach((name, inode) -> {
                SimulatedInode entry = copyOf(inode, copies, survives);
                entry.links++;
                copy.entries.put(name, entry);
                copy.durableEntries.put(name, entry);
                if (inode instanceof Directory inner) {
                    ((Directory) entry).parent = copy;
                    open.push(inner);
                }
            });
        }
    }

    @Override
    public Folder open(Path directory) throws IOException {
        return call(Operation.OPEN_DIRECTORY, directory, () -> opened(directory));
    }

    private Folder opened(Path directory) throws IOException {
        Directory found = resolve(directory.toAbsolutePath());
        return new SimulatedFolder(this, found, pathOf(found));
    }

    @Override
    public Folder openOrCreate(Path directory) throws IOException {
        return call(Operation.OPEN_OR_CREATE, directory, () -> {
            try {
                return opened(directory);
            } catch (NoSuchFileException missing) {
                create(directory.toAbsolutePath(), missing);
                return opened(directory);
            }
        });
    }

    private void create(Path directory, NoSuchFileException missing) throws IOException {
        Path parent = directory.getParent();
        if (parent == null) {
            throw missing;
        }
        Directory above;
        try {
            above = resolve(parent);
        } catch (NoSuchFileException e) {
            create(parent, e);
            above = resolve(parent);
        }
        RawName name = RawPaths.toName(directory.getFileName());
        if (above.entries.containsKey(name)) {
            throw missing;
        }
        makeDirectory(above, name, 0755);
    }

    @Override
    public void sync(Folder folder) throws IOException {
        call(Operation.SYNC_ALL, folder.path(), () -> {
            Set<SimulatedInode> all = Collections.newSetFromMap(new IdentityHashMap<>());
            Deque<Directory> open = new ArrayDeque<>(List.of(root));
            while (!open.isEmpty()) {
                Directory directory = open.pop();
                directory.sync();
                for (SimulatedInode inode : directory.entries.values()) {
                    if (inode instanceof Directory inner) {
                        open.push(inner);
                    } else if (all.add(inode)) {
                        inode.sync();
                    }
                }
            }
            pending.forEach(SimulatedDisk::settle);
            pending = new ArrayList<>();
            return "";
        });
    }

    /** Brings the names of a directory to the medium, and all that they depend on. */
    void syncNames(Directory directory) {
        Set<Key> needed = new HashSet<>();
        Deque<Change> settled = new ArrayDeque<>();
        List<Change> rest = new ArrayList<>();
        for (int i = pending.size() - 1; i >= 0; i--) {
            Change change = pending.get(i);
            if (change.slots().stream()
                    .anyMatch(slot -> slot.directory() == directory || needed.contains(slot.key()))) {
                change.slots().forEach(slot -> needed.add(slot.key()));
                settled.push(change);
            } else {
                rest.add(change);
            }
        }
        settled.forEach(SimulatedDisk::settle);
        Collections.reverse(rest);
        pending = rest;
    }

    private static void settle(Change change) {
        for (Slot slot : change.slots()) {
            put(slot.directory().durableEntries, slot);
            if (slot.after() instanceof Directory made && made.creation == change) {
                made.creation = null;
            }
        }
    }

    /** Does one call and tells the hook of it. */
    synchronized <T> T call(Operation operation, Path path, Step<T> step) throws IOException {
        DiskCall call = new DiskCall(++calls, operation, path);
        try {
            return step.run();
        } finally {
            hook.accept(call);
        }
    }

    /** What a call does. */
    interface Step<T> {
        T run() throws IOException;
    }

    long now() {
        return START + calls;
    }

    long newNumber() {
        return ++inodes;
    }

    /** Changes names, for all to see at once. */
    void change(Slot... slots) {
        Change change = new Change(List.of(slots));
        for (Slot slot : slots) {
            put(slot.directory().entries, slot);
            slot.directory().modified = now();
        }
        pending.add(change);
    }

    Directory makeDirectory(Directory above, RawName name, int mode) {
        Directory made = new Directory(newNumber(), mode, now());
        made.parent = above;
        change(new Slot(above, name, made));
        made.creation = pending.get(pending.size() - 1);
        return made;
    }

    /** Where a directory is now. */
    Path pathOf(Directory directory) throws IOException {
        Deque<RawName> names = new ArrayDeque<>();
        Directory at = directory;
        while (at != root) {
            Directory parent = at.parent;
            if (parent == null) {
                throw new NoSuchFileException("a removed directory");
            }
            for (Map.Entry<RawName, SimulatedInode> entry : parent.entries.entrySet()) {
                if (entry.getValue() == at) {
                    names.push(entry.getKey());
                }
            }
            at = parent;
        }
        Path path = Path.of("/");
        for (RawName name : names) {
            path = path.resolve(RawPaths.ofName(name));
        }
        return path;
    }

    /** The directory that an absolute path leads to. */
    Directory resolve(Path path) throws IOException {
        Deque<RawName> left = new ArrayDeque<>();
        path.forEach(part -> left.add(RawPaths.toName(part)));
        Directory at = root;
        int followed = 0;
        while (!left.isEmpty()) {
            RawName name = left.pop();
            if (!name.isFileName()) {
                at = name.length() == 2 && at.parent != null ? at.parent : at;
                continue;
            }
            SimulatedInode entry = at.entries.get(name);
            if (entry == null) {
                throw new NoSuchFileException(path.toString());
            }
            if (entry instanceof Directory inner) {
                at = inner;
            } else if (entry instanceof Link link && followed++ < MOST_LINKS) {
                Path target = RawPaths.ofTarget(link.target);
                if (target == null) {
                    throw new FileSystemException(path.toString(), null, "a link that Java cannot read");
                }
                at = target.isAbsolute() ? root : at;
                for (int i = target.getNameCount() - 1; i >= 0; i--) {
                    left.push(RawPaths.toName(target.getName(i)));
                }
            } else {
                throw new NotDirectoryException(path.toString());
            }
        }
        return at;
    }
}
