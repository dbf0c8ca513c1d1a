package dev.heddle.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlurmAnswersTest {

    private static final String QUEUE = "17 RUNNING\n4294967294 PENDING\n18 NODE_FAIL\n19 OUT_OF_MEMORY\n";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sbatch: error: QOSMaxSubmitJobPerUserLimit | LIMIT",
                "sbatch: error: AssocMaxSubmitJobLimit | LIMIT",
                "sbatch: error: AssocGrpSubmitJobsLimit | LIMIT",
                "sbatch: error: QOSMaxCpuPerUserLimit | LIMIT",
                "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit) | LIMIT",
                "sbatch: error: QOSMaxWallDurationPerJobLimit | TOO_LARGE",
                "sbatch: error: QOSMaxCpuPerJobLimit | TOO_LARGE",
                "sbatch: error: Batch job submission failed: Requested node configuration is not available | TOO_LARGE",
                "sbatch: error: Memory specification can not be satisfied | TOO_LARGE",
                "sbatch: error: Unable to contact slurm controller (connect failure) | TROUBLE",
                "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation | TROUBLE",
                "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying. | TROUBLE",
                "sbatch: error: Batch job submission failed: Resource temporarily unavailable | TROUBLE",
                "sbatch: error: invalid partition specified: nope | HOST",
                "sbatch: error: Batch job submission failed: Invalid account or account/partition combination | HOST",
            })
    void whatSbatchSaysTellsWhetherToWait(String said, SlurmAnswers.Refusal refusal) {
        assertThat(SlurmAnswers.refusal(said)).isEqualTo(refusal);
    }

    @Test
    void aNumberIsReadWithAndWithoutTheNameOfTheCluster() {
        assertThat(SlurmAnswers.submitted(bytes("17\n"))).hasValue(17);
        assertThat(SlurmAnswers.submitted(bytes("17;the_cluster-2\n"))).hasValue(17);
        for (String no :
                new String[] {"", "17", "0\n", "017\n", "-1\n", "17 \n", "17;\n", "17\n18\n", "Submitted 17\n"}) {
            assertThat(SlurmAnswers.submitted(bytes(no))).as(no).isEmpty();
        }
        assertThat(SlurmAnswers.submitted(bytes("9".repeat(19) + "\n"))).isEmpty();
        assertThat(SlurmAnswers.submitted(bytes("1" + "\n".repeat(10_000)))).isEmpty();
    }

    @Test
    void statesAreReadByNumber() {
        assertThat(SlurmAnswers.queue(bytes(QUEUE)))
                .isEqualTo(Map.of(17L, "RUNNING", 4294967294L, "PENDING", 18L, "NODE_FAIL", 19L, "OUT_OF_MEMORY"));
        assertThat(SlurmAnswers.queue(new byte[0])).isEmpty();
        assertThatThrownBy(() -> SlurmAnswers.queue(bytes("17 RUNNING\n17 PENDING\n")))
                .hasMessageContaining("twice");
    }

    @Test
    void anAnswerCutWithinALineIsNone() {
        for (int length = 0; length < QUEUE.length(); length++) {
            byte[] cut = bytes(QUEUE.substring(0, length));
            if (length == 0 || QUEUE.charAt(length - 1) == '\n') {
                assertThat(SlurmAnswers.queue(cut)).hasSizeLessThan(4);
            } else {
                assertThatThrownBy(() -> SlurmAnswers.queue(cut)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void aChangedAnswerIsReadAsAnAnswerOrRefused() {
        int refused = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] changed = bytes(QUEUE);
            for (int i = random.nextInt(4); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(SlurmAnswers.queue(changed).keySet()).allMatch(id -> id > 0);
            } catch (IllegalArgumentException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 20_000);
    }

    @Test
    void aStatusIsReadWholeOrNotAtAll() {
        String line = "137 1 1234567 89 .\n";
        assertThat(SlurmStatus.parse(bytes(line))).isEqualTo(new SlurmStatus(137, true, 1234567, 89));
        assertThat(SlurmStatus.parse(bytes("0 0 5 .\n"))).isEqualTo(new SlurmStatus(0, false, 5, 0));
        assertThat(SlurmStatus.parse(bytes("256 0 5 .\n"))).isNull();
        for (int length = 0; length < line.length(); length++) {
            assertThat(SlurmStatus.parse(Arrays.copyOf(bytes(line), length))).isNull();
        }
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] changed = bytes(line);
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            SlurmStatus status = SlurmStatus.parse(changed);
            assertThat(status == null || status.exitCode() <= 255).isTrue();
        }
    }
}
