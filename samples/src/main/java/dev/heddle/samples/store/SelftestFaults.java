package dev.heddle.samples.store;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.DiskFault;
import dev.heddle.store.disk.FaultyDisk;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Lets each call to the disk fail in turn while one thing is done to a store, and looks at the store afterwards: what was told
 * to be valid is, with its content, and the same thing can be done when the disk works again.
 */
final class SelftestFaults {

    private final SelftestChore chore;
    private final DiskFault fault;
    private final StoreLayout layout;
    private final SelftestGoods goods;
    private final SelftestFindings findings;
    private final FaultyDisk disk = new FaultyDisk(Disk.system());
    private final List<StorePath> told = new ArrayList<>();
    private int number;

    /**
     * Lets calls fail.
     *
     * @param directory exists; the store is made in it
     */
    SelftestFaults(
            SelftestChore chore, DiskFault fault, Path directory, SelftestGoods goods, SelftestFindings findings) {
        this.chore = chore;
        this.fault = fault;
        this.layout = StoreLayout.in(directory.resolve(
                chore.name().toLowerCase(Locale.ROOT) + "-" + fault.name().toLowerCase(Locale.ROOT)));
        this.goods = goods;
        this.findings = findings;
    }

    /**
     * Lets the next call fail, while the work is done anew.
     *
     * @return whether there was such a call; if not, every one has failed by now
     */
    boolean round() throws IOException, InterruptedException {
        number++;
        disk.heal();
        try (LocalStore store = open()) {
            told.addAll(chore.prepare(store, goods, number));
        }
        disk.fail(fault, number, false);
        @Nullable String failure = attempt();
        boolean failed = disk.failures() > 0;
        String when = chore + " while call " + number + " that can fail by " + fault + " did ("
                + disk.firstFailure().map(Object::toString).orElse("none") + ")";
        disk.heal();
        if (failed) {
            findings.count("calls that failed");
            findings.count(failure == null ? "failures that did no harm" : "failures that were told");
        } else if (failure != null) {
            findings.found(when + ": it failed without one: " + failure);
        }
        again(when);
        look(when);
        return failed;
    }

    private LocalStore open() throws IOException {
        return LocalStore.builder(layout).disk(disk).open();
    }

    // What was told before the store failed is valid; a failure is what this is all about.
    private @Nullable String attempt() throws InterruptedException {
        try (LocalStore store = open()) {
            told.addAll(chore.work(store, goods, number));
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void again(String when) throws InterruptedException {
        try (LocalStore store = open()) {
            told.addAll(chore.work(store, goods, number));
        } catch (IOException e) {
            findings.found(when + ": afterwards it cannot be done with a disk that works: " + e.getMessage());
        }
    }

    private void look(String when) throws IOException {
        try (LocalStore store = open()) {
            for (StorePath path : told) {
                findings.count("paths looked at after failures");
                findings.look(store, path, when);
            }
        }
        // What is wrong once is told once.
        told.clear();
    }
}
