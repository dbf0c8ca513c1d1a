package dev.heddle.logmux.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When colours are used if nobody says so. */
class WantedColorsTest {

    private static boolean wanted(boolean interactive, String... variables) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return SystemTerminal.wantsColors(interactive, environment);
    }

    @Test
    void terminalHasColorsUnlessItIsDumb() {
        assertThat(wanted(true, "TERM", "xterm")).isTrue();
        assertThat(wanted(true, "TERM", "dumb")).isFalse();
        assertThat(wanted(true)).isFalse();
        assertThat(wanted(false, "TERM", "xterm")).isFalse();
    }

    @Test
    void variablesForceThemOrForbidThem() {
        for (String force : new String[] {"CLICOLOR_FORCE", "FORCE_COLOR"}) {
            assertThat(wanted(false, force, "1")).isTrue();
            assertThat(wanted(false, force, "0")).isFalse();
            assertThat(wanted(false, force, "")).isFalse();
            assertThat(wanted(true, force, "1", "NO_COLOR", "1")).isFalse();
        }
        assertThat(wanted(true, "TERM", "xterm", "NO_COLOR", "1")).isFalse();
        assertThat(wanted(true, "TERM", "xterm", "NO_COLOR", "")).isTrue();
    }
}
