package dev.heddle.samples.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.samples.cli.UserError;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {

    @ParameterizedTest
    @CsvSource({"0,0", "17,17", "2k,2048", "500M,524288000", "1T,1099511627776", "8388607T,9223370937343148032"})
    void sizesArePowersOf1024(String text, long bytes) {
        assertThat(Amounts.bytes("--max", text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "90,90", "90s,90", "2m,120", "3h,10800", "30d,2592000", "1w,604800"})
    void timesAreSecondsOrHaveAUnit(String text, long seconds) {
        assertThat(Amounts.time("--age", text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "-1", "1.5G", "8388608T", "99999999999999999999", "1KB", "\u0661"})
    void whatIsNoSizeIsToldWithWhatIs(String text) {
        assertThatThrownBy(() -> Amounts.bytes("--max", text))
                .isInstanceOf(UserError.class)
                .hasMessage("--max: '" + text + "' is not a number of bytes, such as 500M or 2G");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "d", "-1d", "soon", "1 h", "99999999999d"})
    void whatIsNoTimeIsToldWithWhatIs(String text) {
        assertThatThrownBy(() -> Amounts.time("--age", text))
                .isInstanceOf(UserError.class)
                .hasMessage("--age: '" + text + "' is not a time, such as 90s, 12h or 30d");
    }

    @Test
    void sizesAreShownWithAUnitThatFits() {
        assertThat(Amounts.shown(1023)).isEqualTo("1023 bytes");
        assertThat(Amounts.shown(1536)).isEqualTo("1.5 KiB");
        assertThat(Amounts.shown(3L << 40)).isEqualTo("3.0 TiB");
    }
}
