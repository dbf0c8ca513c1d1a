package dev.heddle.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.logmux.OutputMultiplexer;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SecretOptionsTest {

    @Test
    void anEmptyVariableHidesNothingAndOneThatIsNotThereIsRefused() throws IOException {
        SecretOptions options = CommandLine.populateCommand(new SecretOptions(), "--mask-env=EMPTY,TOKEN");
        OutputMultiplexer.Builder builder = OutputMultiplexer.builder();
        options.addTo(builder, Map.of("EMPTY", "", "TOKEN", "hush-hush"));
        try (OutputMultiplexer mux = builder.build()) {
            assertThat(mux.masked("said: hush-hush")).isEqualTo("said: *********");
        }
        OutputMultiplexer.Builder other = OutputMultiplexer.builder();
        assertThatThrownBy(() -> options.addTo(other, Map.of("TOKEN", "hush-hush")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no variable 'EMPTY'");
    }
}
