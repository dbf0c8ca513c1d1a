package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.Counters;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store on a real file system on which there is no room any more, or no writing. */
@Tag("peer")
@Timeout(600)
final class ScarceDiskTest {

    @TempDir
    Path scratch;

    @ParameterizedTest
    @CsvSource({
        "space, No space left on device|the disk is full",
        "inodes, inodes are used up|the disk is full",
        "writing, Read-only file system|is read-only|readonly"
    })
    @Tag("T16")
    @Tag("D06")
    void whatIsThereStaysAndTheStoreGoesOnWhenThereIsRoomAgain(String scarce, String reason) throws Exception {
        Namespace.needed("unshare", "mount");
        List<String> said = Namespace.run(scratch, ScarceDisk.class, scratch, scarce);
        int last = said.size() - 1;
        Counters.tell("scarce-" + scarce, getClass(), said.get(last));
        assertThat(said.subList(0, last - 1)).isEmpty();
        assertThat(said.get(last - 1)).startsWith("refused: ").containsPattern(reason);
    }
}
