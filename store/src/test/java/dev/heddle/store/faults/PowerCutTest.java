package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.Counters;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power goes while a store on a real file system is worked on. How many cuts there are for each file system is the system
 * property {@code heddle.store.cuts}; every fifth shuts the file system down, the others are pictures of the device.
 */
@Tag("peer")
@Timeout(36_000)
final class PowerCutTest {

    private static final int CUTS = Integer.getInteger("heddle.store.cuts", 25);
    private static final int SHUTDOWNS = CUTS / 5;
    private static final long SEED = Long.getLong("heddle.store.seed", System.nanoTime());

    @TempDir
    Path scratch;

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    @Tag("T15")
    void whatWasToldAsDoneIsThereAfterAPowerCut(String fileSystem) throws Exception {
        Namespace.needed("unshare", "xfs_io", "mkfs.xfs", "mkfs." + fileSystem);
        List<String> said =
                Namespace.run(scratch, PowerCuts.class, scratch, fileSystem, CUTS - SHUTDOWNS, SHUTDOWNS, SEED);
        String counts = said.get(said.size() - 1);
        Counters.tell("G3-" + fileSystem, getClass(), counts);
        assertThat(said.subList(0, said.size() - 1)).as("seed %s", SEED).isEmpty();
        assertThat(counts).startsWith(CUTS + " cuts, ").doesNotContain(" 0 things ");
    }
}
