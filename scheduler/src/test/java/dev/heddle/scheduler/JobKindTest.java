package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.HostConstraints;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JobKindTest {

    private static final HostConstraints NONE = HostConstraints.NONE;

    @Test
    void kindsThatDifferInAnyThingAreQueuedApart() {
        JobKind plain = new JobKind(1, Map.of(), NONE, false, null);
        List<JobKind> others = List.of(
                new JobKind(2, Map.of(), NONE, false, null),
                new JobKind(1, Map.of("gpu", 1L), NONE, false, null),
                new JobKind(1, Map.of(), new HostConstraints(Map.of(), "h", null), false, null),
                new JobKind(1, Map.of(), NONE, true, null),
                new JobKind(1, Map.of(), NONE, false, "h"));
        assertThat(others)
                .hasSameSizeAs(JobKind.class.getRecordComponents())
                .doesNotHaveDuplicates()
                .doesNotContain(plain);
        assertThat(new JobKind(1, Map.of(), NONE, false, null)).isEqualTo(plain).hasSameHashCodeAs(plain);
    }
}
