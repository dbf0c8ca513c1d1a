package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConsensusTest {

    private final Consensus consensus = new Consensus(Map.of());

    private void tell(String host, String cc) {
        consensus.tell(host, "amd64", Map.of("system", "Linux", "tool.cc", cc, "processors", host));
    }

    @Test
    void theFirstToAnswerRulesNobodyWhileTheOthersMayOutvoteIt() {
        tell("a", "13");
        assertThat(consensus.isDecided("amd64", 2)).isFalse();
        assertThat(consensus.isDecided("amd64", 1)).isFalse();
        tell("b", "12");
        tell("c", "12");
        assertThat(consensus.isDecided("amd64", 0)).isTrue();
        assertThat(consensus.judge("a").differences()).containsExactly("tool.cc: here '13', there '12'");
        assertThat(consensus.judge("a").reference()).isEqualTo("b, c");
        assertThat(consensus.judge("b").differences()).isEmpty();
    }

    @Test
    void aMajorityNeedNotWaitForTheRest() {
        tell("a", "12");
        tell("b", "12");
        tell("c", "12");
        assertThat(consensus.isDecided("amd64", 2)).isTrue();
    }

    @Test
    void ofEqualVotesTheOneToldFirstCounts() {
        tell("a", "13");
        tell("b", "12");
        assertThat(consensus.isDecided("amd64", 0)).isTrue();
        assertThat(consensus.judge("a").differences()).isEmpty();
        assertThat(consensus.judge("b").differences()).hasSize(1);
    }

    @Test
    void whatEachHostHasForItselfIsNotCompared() {
        consensus.tell("a", "amd64", Map.of("system", "Linux", "processors", "4", "files", "1024", "user", "0"));
        consensus.tell("b", "amd64", Map.of("system", "Linux", "processors", "64", "files", "256", "user", "1"));
        assertThat(consensus.isDecided("amd64", 0)).isTrue();
        assertThat(consensus.judge("a").differences()).isEmpty();
        assertThat(consensus.judge("b").differences()).isEmpty();
    }

    @Test
    void machinesOfDifferentArchitecturesAreNotCompared() {
        tell("a", "12");
        consensus.tell("b", "arm64", Map.of("tool.cc", "13"));
        assertThat(consensus.isDecided("amd64", 0)).isTrue();
        assertThat(consensus.isDecided("arm64", 0)).isTrue();
        assertThat(consensus.judge("b").differences()).isEmpty();
    }

    @Test
    void aReferenceStaysUntilNoHostOfItIsLeft() {
        tell("a", "12");
        assertThat(consensus.isDecided("amd64", 0)).isTrue();
        tell("b", "13");
        tell("c", "13");
        assertThat(consensus.judge("b").differences()).hasSize(1);
        consensus.forget("a");
        assertThat(consensus.isDecided("amd64", 0)).isTrue();
        assertThat(consensus.judge("b").differences()).isEmpty();
    }

    @Test
    void aFactThatIsMissingOnEitherSideIsADifference() {
        consensus.tell("a", "amd64", Map.of("lib.z", "1", "lib.c", "6"));
        assertThat(consensus.isDecided("amd64", 0)).isTrue();
        consensus.tell("b", "amd64", Map.of("lib.c", "6", "lib.m", "2"));
        assertThat(consensus.judge("b").differences())
                .containsExactly("lib.m: here '2', there missing", "lib.z: here missing, there '1'");
    }

    @Test
    void aDeclaredFactIsNotVotedOn() {
        Consensus declared = new Consensus(Map.of("tool.cc", "13", "region", "eu"));
        declared.tell("a", "amd64", Map.of("tool.cc", "12", "system", "Linux"));
        declared.tell("b", "amd64", Map.of("tool.cc", "13", "system", "Linux", "region", "eu"));
        assertThat(declared.isDecided("amd64", 0)).isTrue();
        assertThat(declared.judge("a").differences())
                .containsExactly("region: here missing, there 'eu'", "tool.cc: here '12', there '13'");
        assertThat(declared.judge("a").reference()).isEqualTo("what was declared");
        assertThat(declared.judge("b").differences()).isEmpty();
    }
}
