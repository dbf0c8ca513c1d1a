package dev.heddle.logmux.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ColorChoiceTest {

    private static boolean onATerminal(Map<String, String> environment) {
        return SystemTerminal.wantsColors(true, environment);
    }

    private static boolean inAPipe(Map<String, String> environment) {
        return SystemTerminal.wantsColors(false, environment);
    }

    @Test
    void aTerminalThatHasColorsGetsThemAndNothingElseDoes() {
        assertThat(onATerminal(Map.of("TERM", "xterm"))).isTrue();
        assertThat(onATerminal(Map.of("TERM", "dumb"))).isFalse();
        assertThat(onATerminal(Map.of("TERM", ""))).isFalse();
        assertThat(onATerminal(Map.of())).isFalse();
        assertThat(inAPipe(Map.of("TERM", "xterm"))).isFalse();
    }

    @Test
    void theUsersWordStandsAboveWhatTheTerminalCan() {
        assertThat(onATerminal(Map.of("TERM", "xterm", "NO_COLOR", "1"))).isFalse();
        assertThat(onATerminal(Map.of("TERM", "xterm", "NO_COLOR", ""))).isTrue();
        assertThat(inAPipe(Map.of("CLICOLOR_FORCE", "1"))).isTrue();
        assertThat(inAPipe(Map.of("CLICOLOR_FORCE", "0"))).isFalse();
        assertThat(inAPipe(Map.of("CLICOLOR_FORCE", "1", "NO_COLOR", "1"))).isFalse();
    }
}
