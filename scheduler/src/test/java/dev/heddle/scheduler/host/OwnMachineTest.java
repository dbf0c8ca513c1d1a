package dev.heddle.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OwnMachineTest {

    private static final String LIMITS = """
            Limit                     Soft Limit           Hard Limit           Units
            Max cpu time              unlimited            unlimited            seconds
            Max processes             4096                 8192                 processes
            Max open files            1024                 524288               files
            Max realtime timeout      unlimited            unlimited            us
            """;

    @Test
    void theSoftLimitsOfProcessesAndFilesAreRead() {
        assertThat(OwnMachine.limits(LIMITS)).isEqualTo(Map.of("processes", "4096", "files", "1024"));
        assertThat(OwnMachine.limits("Max processes unlimited unlimited processes\n"))
                .isEqualTo(Map.of("processes", "unlimited"));
    }

    @Test
    void whateverStandsThereNothingIsThrown() {
        for (int length = 0; length < LIMITS.length(); length++) {
            assertThat(OwnMachine.limits(LIMITS.substring(0, length))).hasSizeLessThanOrEqualTo(2);
        }
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            char[] changed = LIMITS.toCharArray();
            changed[random.nextInt(changed.length)] = (char) random.nextInt(256);
            assertThat(OwnMachine.limits(new String(changed))).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void thisMachineTellsWhatItIs() {
        assertThat(OwnMachine.facts()).containsKeys("arch", "system", "processors");
        if (Files.isReadable(Path.of("/proc/self/limits"))) {
            assertThat(OwnMachine.facts()).containsKeys("processes", "files");
        }
    }
}
