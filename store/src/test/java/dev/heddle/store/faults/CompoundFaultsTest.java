package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.Counters;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.DiskFault;
import dev.heddle.store.disk.FaultyDisk;
import dev.heddle.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A chore whose disk fails for ever from some call on, and then one or two openings whose disk fails too while they clean up:
 * what a recovery leaves when it is itself cut short. How many such rows there are is the system property
 * {@code heddle.store.compound}.
 */
@Timeout(36_000)
final class CompoundFaultsTest {

    private static final int ROWS = Integer.getInteger("heddle.store.compound", 150);
    private static final long SEED = Long.getLong("heddle.store.seed", System.nanoTime());
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final int MOST_CALLS = 60;
    private static final int GOODS = 4;

    private final Random random = new Random(SEED);
    private final Findings findings = new Findings();
    private Path directory = Path.of("");
    private Goods goods;
    private int faults;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "heddle-faults-")
                : Files.createTempDirectory("heddle-faults-");
        goods = new Goods(directory.resolve("sources"), store().resolve("store").toString(), GOODS);
    }

    @AfterEach
    void removeDirectory() throws Exception {
        Programs.call("rm", "-rf", directory);
    }

    private Path store() {
        return directory.resolve("s");
    }

    @Test
    @Tag("T16")
    void storeIsSoundAfterARecoveryThatFailedToo() throws Exception {
        Diary diary = new Diary();
        for (int row = 0; row < ROWS; row++) {
            Chore chore = Chore.values()[random.nextInt(Chore.values().length)];
            String when = "row " + row + ", " + chore;
            prepare(chore, diary);
            failing(chore, diary);
            for (int depth = 1 + random.nextInt(2); depth > 0; depth--) {
                failing(null, diary);
            }
            try (LocalStore store = Stores.open(store(), goods)) {
                findings.look(store, goods, diary, when);
                findings.lookAround(store, when);
            }
        }
        Counters.tell("G5", getClass(), ROWS + " rows, " + faults + " faults, " + findings.counts());
        assertThat(findings.all()).as("seed %s", SEED).isEmpty();
        assertThat(faults).isGreaterThan(ROWS);
    }

    private void prepare(Chore chore, Diary diary) throws IOException, InterruptedException {
        try (LocalStore store = Stores.open(store(), goods)) {
            chore.before(new Chores(store, goods, diary::note), chore.number);
        }
    }

    /** Opens, does the chore if there is one, and closes, all on a disk that fails from some call on. */
    private void failing(@Nullable Chore chore, Diary diary) throws InterruptedException {
        FaultyDisk disk = new FaultyDisk(Disk.system());
        DiskFault fault = DiskFault.values()[random.nextInt(DiskFault.values().length)];
        disk.fail(fault, 1 + random.nextInt(chore == null ? MOST_CALLS / 4 : MOST_CALLS), true);
        try (LocalStore store = Stores.open(store(), goods, disk)) {
            if (chore != null) {
                chore.with(new Chores(store, goods, diary::note), chore.number);
            }
        } catch (IOException told) {
            // What matters is what the next opening finds.
        }
        faults += disk.firstFailure().isPresent() ? 1 : 0;
    }
}
