package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.HostConstraints;
import dev.heddle.scheduler.HostState.Drain;
import dev.heddle.scheduler.host.HostSpec;
import dev.heddle.scheduler.testing.FakeHost;
import dev.heddle.scheduler.testing.ManualTicker;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HostStateTest {

    private static final JobKind ONE = new JobKind(1, Map.of(), HostConstraints.NONE, false, null);

    private static HostState host() {
        FakeHost backend = FakeHost.succeeding(1, ManualTicker.jumping());
        return new HostState(new Roster.Member(backend, null), HostSpec.of("fake", 1), true);
    }

    @Test
    void onlyTheMovesOfTheTableAreMade() {
        Map<HostStatus, Set<HostStatus>> allowed = new EnumMap<>(HostStatus.class);
        for (HostStatus from : EnumSet.range(HostStatus.STARTING, HostStatus.REFUSED)) {
            for (HostStatus to : HostStatus.values()) {
                HostState host = host();
                if (from != HostStatus.STARTING) {
                    host.become(HostStatus.UP, null);
                }
                if (from != HostStatus.UP && from != HostStatus.STARTING) {
                    host.become(from, "x");
                }
                try {
                    host.become(to, "y");
                    allowed.computeIfAbsent(from, f -> EnumSet.noneOf(HostStatus.class))
                            .add(to);
                } catch (AssertionError e) {
                    assertThat(e).hasMessage("BUG: host fake cannot become " + to + " from " + from);
                }
            }
        }
        Set<HostStatus> judged = EnumSet.of(HostStatus.UP, HostStatus.DOWN, HostStatus.REFUSED);
        assertThat(allowed)
                .isEqualTo(Map.of(
                        HostStatus.STARTING, judged,
                        HostStatus.UP, EnumSet.of(HostStatus.SUSPECT, HostStatus.DOWN, HostStatus.REFUSED),
                        HostStatus.SUSPECT, judged,
                        HostStatus.DOWN, judged,
                        HostStatus.REFUSED, judged));
    }

    @Test
    void onlyAHostThatIsUpAndNotDrainedTakesJobs() {
        HostState host = host();
        assertThat(host.canRunNow(ONE)).isFalse();
        host.become(HostStatus.UP, null);
        assertThat(host.canRunNow(ONE)).isTrue();
        host.drain(Drain.ASKED, "lunch");
        assertThat(host.canRunNow(ONE)).isFalse();
        assertThat(host.status()).isEqualTo(HostStatus.DRAINED);
        assertThat(host.undrain(Drain.ASKED)).isTrue();
        host.become(HostStatus.SUSPECT, "lost");
        assertThat(host.canRunNow(ONE)).isFalse();
    }

    @Test
    void aHostIsDrainedUntilNobodyWantsItAnyMore() {
        HostState host = host();
        host.become(HostStatus.UP, null);
        host.take(ONE);
        assertThat(host.drain(Drain.ASKED, "lunch")).isTrue();
        assertThat(host.drain(Drain.ASKED, "supper")).isFalse();
        assertThat(host.drain(Drain.STOP_FILE, "file")).isTrue();
        assertThat(host.status()).isEqualTo(HostStatus.DRAINING);
        assertThat(host.undrain(Drain.ASKED)).isFalse();
        assertThat(host.status()).isEqualTo(HostStatus.DRAINING);
        host.giveBack(ONE);
        assertThat(host.status()).isEqualTo(HostStatus.DRAINED);
        assertThat(host.why()).isEqualTo("file");
        assertThat(host.undrain(Drain.STOP_FILE)).isTrue();
        assertThat(host.status()).isEqualTo(HostStatus.UP);
        assertThat(host.undrain(Drain.STOP_FILE)).isFalse();
    }

    @Test
    void givingBackMoreThanWasTakenIsABug() {
        HostState host = host();
        assertThatThrownBy(() -> host.giveBack(ONE)).isInstanceOf(AssertionError.class);
    }
}
