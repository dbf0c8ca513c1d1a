package dev.heddle.store.faults;

import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.DiskCall;
import dev.heddle.store.disk.DiskFault;
import dev.heddle.store.disk.FaultyDisk;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Does one chore again and again in one store, and lets the first call of its disk fail, then the second, and so on until the
 * chore is done before the call that would fail. After each failure the store must go on: nothing bad is valid, the chore
 * succeeds when it is done again, and nothing is left over when the store is closed and opened.
 */
final class FaultLoop {

    /** Far above the calls of any chore: a loop that does not end is a mistake. */
    private static final int MOST_CALLS = 5_000;

    /**
     * After how many faults the store is opened again; which ones differs from one kind of fault to the next, so that every
     * call is among them.
     */
    private static final int OPEN_EACH = Integer.getInteger("heddle.store.openEach", 7);

    /** Goods that a chore may take, from the number that it is given on. */
    private static final int STRIDE = 4;

    private final StoreLayout layout;
    private final Goods goods;
    private final Findings findings;
    private final FaultyDisk disk = new FaultyDisk(Disk.system());
    private int cases;

    FaultLoop(Path directory, Goods goods, Findings findings) {
        this.layout = StoreLayout.in(directory);
        this.goods = goods;
        this.findings = findings;
    }

    /** How many faults were met. */
    int cases() {
        return cases;
    }

    /** Runs one loop; there is no store yet. */
    void run(Chore chore, DiskFault fault, boolean forEver) throws IOException {
        LocalStore store = open();
        try {
            for (int n = 1; ; n++) {
                int number = chore.number + n * STRIDE;
                String when = chore + ", " + fault + (forEver ? " for ever" : " once") + " at call " + n;
                if (n > MOST_CALLS) {
                    throw new AssertionError(when + ": the chore does not end");
                }
                chore.before(new Chores(store, goods, line -> {}), number);
                Diary diary = new Diary();
                chore.known(diary, number);
                Chores chores = new Chores(store, goods, diary::note);
                disk.fail(fault, n, forEver);
                boolean done = attempt(chore, chores, number, when);
                disk.heal();
                Optional<DiskCall> failed = disk.firstFailure();
                if (failed.isEmpty()) {
                    if (!done) {
                        findings.bad().add(when + ": failed although no call did");
                    }
                    return;
                }
                cases++;
                when += " (" + failed.orElseThrow() + ")";
                Collection<Good> touched = goods.these(touched(chore, number));
                findings.look(store, goods, touched, diary, when);
                again(chore, chores, number, when);
                findings.look(store, goods, touched, diary, when + " and done again");
                if ((n + fault.ordinal()) % OPEN_EACH == 0) {
                    store.close();
                    store = open();
                    findings.look(store, goods, touched, diary, when + " and opened again");
                    findings.lookAround(store, when + " and opened again");
                }
            }
        } finally {
            store.close();
        }
    }

    private LocalStore open() throws IOException {
        return LocalStore.builder(layout).disk(disk).open();
    }

    private static Collection<Integer> touched(Chore chore, int number) {
        TreeSet<Integer> touched = new TreeSet<>();
        for (int i = number - chore.number; i < number - chore.number + STRIDE; i++) {
            touched.add(i);
        }
        return touched;
    }

    private boolean attempt(Chore chore, Chores chores, int number, String when) {
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

    private void again(Chore chore, Chores chores, int number, String when) {
        try {
            chore.with(chores, number);
        } catch (IOException | RuntimeException | AssertionError e) {
            findings.bad().add(when + ": cannot be done again: " + Text.of(e));
        }
    }
}
