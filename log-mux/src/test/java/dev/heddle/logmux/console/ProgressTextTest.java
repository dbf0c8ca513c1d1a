package dev.heddle.logmux.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTextTest {

    @ParameterizedTest
    @CsvSource({
        "'[12/340] CC foo.o', 3",
        "'[ 50/100]', 50",
        "'(3 of 4) linking', 75",
        "'[340/340]', 100",
        "'downloading 50%', 50",
        "'12.7% done', 12",
        "'[ 42%] Building C object', 42",
        "'10% then 20%', 20",
        "'0%', 0",
        "'100%|#####|', 100",
        "'101%', -1",
        "'-5%', -1",
        "'', -1",
        "'built 12 of 340 files', -1",
        "'[12/340', -1",
        "'[5/4]', -1",
        "'[1/0]', -1",
        "'v1.2.3', -1",
        "'%d%%', -1",
        "'a50%', -1",
        "'99999999999999999999%', -1",
        "'[1/99999999999999]', -1",
        "'/usr/lib/[/4]', -1"
    })
    void theLastMarkOfALineCounts(String line, int percent) {
        assertThat(ProgressText.percent(line)).isEqualTo(percent);
    }
}
