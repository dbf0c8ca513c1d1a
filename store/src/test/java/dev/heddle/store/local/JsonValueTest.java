package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON as Nix writes it again. */
class JsonValueTest {

    private static String again(String json) throws IOException {
        StringBuilder text = new StringBuilder();
        JsonValue.write(JsonValue.parse(json.getBytes(StandardCharsets.UTF_8)), text);
        return text.toString();
    }

    /** The right side is what nix-store 2.8 put into .attrs.json for the left. */
    @ParameterizedTest
    @CsvSource({
        "0.0, 0.0",
        "-0.0, -0.0",
        "-0, 0",
        "1.0, 1.0",
        "2.5, 2.5",
        "1e2, 100.0",
        "0.001, 0.001",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "1e14, 100000000000000.0",
        "1e15, 1e+15",
        "1.25e300, 1.25e+300",
        "-5e-324, -5e-324",
        "9223372036854775807, 9223372036854775807",
        "18446744073709551615, 18446744073709551615",
        "18446744073709551616, 1.8446744073709552e+19",
        "-9223372036854775808, -9223372036854775808",
        "-9223372036854775809, -9.223372036854776e+18"
    })
    void numbersAreWrittenAsNixWritesThem(String read, String written) throws IOException {
        assertThat(again(read)).isEqualTo(written);
    }

    @Test
    void orderIsThatOfBytesAndTheLastOfTwoFieldsWins() throws IOException {
        assertThat(again(" { \"b\" : 1, \"\\ud83d\\ude00\":2, \"\\uffee\":3, \"a\": [ ], \"b\": {} } "))
                .isEqualTo("{\"a\":[],\"b\":{},\"\uffee\":3,\"\ud83d\ude00\":2}");
    }

    @Test
    void onlyControlCharactersQuotesAndBackslashesAreEscaped() throws IOException {
        assertThat(again("\"\\u0041\\/\\u007f\\u00e9\\b\\f\\n\\r\\t\\u0001\\u001F\\\\\\\"\""))
                .isEqualTo("\"A/\u007f\u00e9\\b\\f\\n\\r\\t\\u0001\\u001f\\\\\\\"\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\"}",
                "1 2",
                "01",
                "1e999",
                "\"\\ud800\"",
                "{\"\\udc00\":1}",
                "nul",
                "NaN"
            })
    void whatIsNoValueIsRefused(String text) {
        assertThatThrownBy(() -> again(text)).isInstanceOf(IOException.class);
    }

    @Test
    void valuesThatAreTooDeepAreRefused() throws IOException {
        int most = JsonValue.MOST_DEPTH;
        assertThat(again("[".repeat(most) + "]".repeat(most))).hasSize(2 * most);
        assertThatThrownBy(() -> again("[".repeat(most + 1) + "]".repeat(most + 1)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> again("[".repeat(1_000_000))).isInstanceOf(IOException.class);
    }

    @Test
    void mutationsAreReadOrRefused() {
        byte[] whole = "{\"a\":[1,-2.5e3,true,null,\"x\\u00e9\\n\"],\"b\":{\"c\":18446744073709551615}}"
                .getBytes(StandardCharsets.UTF_8);
        Random random = new Random(7);
        int read = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] changed = Arrays.copyOf(whole, i % 3 == 0 ? random.nextInt(whole.length + 1) : whole.length);
            for (int j = random.nextInt(4); j > 0 && changed.length > 0; j--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                StringBuilder text = new StringBuilder();
                JsonValue.write(JsonValue.parse(changed), text);
                assertThat(again(text.toString())).isEqualTo(text.toString());
                read++;
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }
        assertThat(read).isBetween(1, 9_999);
    }
}
