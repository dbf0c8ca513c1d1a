package dev.heddle.store.faults;

import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.DiskCall;
import dev.heddle.store.disk.DiskFault;
import dev.heddle.store.disk.FaultyDisk;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Does one chore again and again in one store, and lets the first call of its disk fail, then the second, and so on until the
 * chore is done before the call that would fail. After each failure the store must go on: nothing bad is valid, the chore
 * succeeds when it is done again, and nothing is left over when the store is closed and opened.
 */
final class FaultLoop {

    /** Far above the calls of any chore: a loop that does not end is a mistake. */
    private static final int MOST_CALLS = 2_000;

    /** Each so many calls one is made to fail; 1 tries them all. */
    private static final int EACH = Integer.getInteger("heddle.store.faultEach", 3);

    /**
     * After how many faults the store is opened again.
     */
    private static final int OPEN_EACH = Integer.getInteger("heddle.store.openEach", 4);

    /** Goods that a chore may take, from the number that it is given on. */
    private static final int STRIDE = 4;

    private final Path directory;
    private final Goods goods;
    private final Findings findings;
    private final FaultyDisk disk = new FaultyDisk(Disk.system());
    private @Nullable LocalStore store;
    private int cases;

    FaultLoop(Path directory, Goods goods, Findings findings) {
        this.directory = directory;
        this.goods = goods;
        this.findings = findings;
    }

    /** How many faults were met. */
    int cases() {
        return cases;
    }

    /** Runs one loop; there is no store yet. */
    void run(Chore chore, DiskFault fault, boolean forEver) throws IOException, InterruptedException {
        // Other calls for each fault, so that together they meet all.
        int first = 1 + (fault.ordinal() * 2 + (forEver ? 1 : 0)) % EACH;
        for (int n = first; oneCase(chore, fault, forEver, n); n += EACH) {
            if (n > MOST_CALLS) {
                throw new AssertionError(chore + ", " + fault + ": the chore does not end");
            }
        }
        opened().close();
    }

    /** False if there was no n-th call. */
    private boolean oneCase(Chore chore, DiskFault fault, boolean forEver, int n)
            throws IOException, InterruptedException {
        // What is prepared is used up or stays the same; the store would grow with each case, and some chores with it.
        int number = chore.number + (chore.isPrepared() ? 0 : n * STRIDE);
        String when = chore + ", " + fault + (forEver ? " for ever" : " once") + " at call " + n;
        Diary diary = new Diary();
        prepare(chore, number, diary);
        Chores chores = new Chores(opened(), goods, diary::note);
        disk.fail(fault, n, forEver);
        boolean done = attempt(chore, chores, number, when);
        disk.heal();
        Optional<DiskCall> failed = disk.firstFailure();
        if (failed.isEmpty()) {
            if (!done) {
                findings.bad().add(when + ": failed although no call did");
            }
            return false;
        }
        cases++;
        when += " (" + failed.orElseThrow() + ")";
        Collection<Good> touched = goods.these(touched(chore, number));
        findings.look(opened(), goods, touched, diary, when);
        again(chore, chores, number, when);
        findings.look(opened(), goods, touched, diary, when + " and done again");
        if (cases % OPEN_EACH == 0) {
            reopen();
            findings.look(opened(), goods, touched, diary, when + " and opened again");
            findings.lookAround(opened(), when + " and opened again");
        }
        return true;
    }

    private LocalStore opened() throws IOException {
        if (store == null) {
            store = Stores.open(directory, goods, disk);
        }
        return store;
    }

    private void reopen() throws IOException {
        opened().close();
        store = null;
    }

    private void prepare(Chore chore, int number, Diary diary) throws IOException, InterruptedException {
        chore.before(new Chores(opened(), goods, diary::note), number);
        if (chore.isPrepared()) {
            reopen();
        }
    }

    private static Collection<Integer> touched(Chore chore, int number) {
        TreeSet<Integer> touched = new TreeSet<>();
        for (int i = number - chore.number; i < number - chore.number + STRIDE; i++) {
            touched.add(i);
        }
        return touched;
    }

    private boolean attempt(Chore chore, Chores chores, int number, String when) throws InterruptedException {
        try {
            chore.with(chores, number);
            return true;
        } catch (IOException e) {
            if (e.getMessage() == null || e.getMessage().isBlank()) {
                findings.bad().add(when + ": failed without a text: " + e);
            }
        } catch (RuntimeException | AssertionError e) {
            findings.bad().add(when + ": " + Text.of(e));
        }
        return false;
    }

    private void again(Chore chore, Chores chores, int number, String when) throws InterruptedException {
        if (!chore.isRepeatable()) {
            return;
        }
        try {
            chore.with(chores, number);
        } catch (IOException | RuntimeException | AssertionError e) {
            findings.bad().add(when + ": cannot be done again: " + Text.of(e));
        }
    }
}
