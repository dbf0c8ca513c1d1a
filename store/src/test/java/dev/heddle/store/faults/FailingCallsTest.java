package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.Counters;
import dev.heddle.store.disk.DiskFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every call that a store makes of its disk fails once, and for ever from then on, in every way that the system knows. */
@Timeout(3_600)
final class FailingCallsTest {

    /** Memory where there is some, since what is tried here are failures, not the medium. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private Path directory = Path.of("");

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "heddle-faults-")
                : Files.createTempDirectory("heddle-faults-");
    }

    @AfterEach
    void removeDirectory() throws Exception {
        Programs.call("rm", "-rf", directory);
    }

    @Test
    @Tag("T16")
    @Tag("T17")
    void storeGoesOnAfterEachFailureOfEachCall() throws Exception {
        Findings findings = new Findings();
        List<String> counts = new ArrayList<>();
        int cases = 0;
        for (Chore chore : Chore.values()) {
            int before = cases;
            for (DiskFault fault : DiskFault.values()) {
                for (boolean forEver : new boolean[] {false, true}) {
                    cases += loop(chore, fault, forEver, findings);
                }
            }
            counts.add((cases - before) + " " + chore.words());
        }
        Counters.tell("G4", getClass(), cases + " faults (" + String.join(", ", counts) + "), " + findings.counts());
        assertThat(findings.all()).isEmpty();
        assertThat(cases).isPositive();
    }

    private int loop(Chore chore, DiskFault fault, boolean forEver, Findings findings) throws Exception {
        Path store = directory.resolve("s");
        Goods goods =
                new Goods(directory.resolve("sources"), store.resolve("store").toString(), 0);
        FaultLoop loop = new FaultLoop(store, goods, findings);
        loop.run(chore, fault, forEver);
        Programs.call("rm", "-rf", store);
        return loop.cases();
    }
}
