package dev.heddle.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonStringTest {

    @Test
    void whatJsonOrJavaScriptWouldStumbleOverIsEscaped() {
        assertThat(JsonString.quoted("a\"b\\c\nd\re\tf\u0001\u001b\u007f\u2028\u2029é\uD83D\uDE00/"))
                .isEqualTo("\"a\\\"b\\\\c\\nd\\re\\tf\\u0001\\u001b\\u007f\\u2028\\u2029é\uD83D\uDE00/\"");
        assertThat(JsonString.quoted("")).isEqualTo("\"\"");
    }

    @Test
    void halvesOfSurrogatePairsAreEscaped() {
        assertThat(JsonString.quoted("\uD83D")).isEqualTo("\"\\ud83d\"");
        assertThat(JsonString.quoted("\uDE00a")).isEqualTo("\"\\ude00a\"");
        assertThat(JsonString.quoted("\uDE00\uD83D")).isEqualTo("\"\\ude00\\ud83d\"");
        assertThat(JsonString.quoted("a\uD83D\uD83D\uDE00")).isEqualTo("\"a\\ud83d\uD83D\uDE00\"");
    }

    @Test
    void everyTextIsReadBack() throws IOException {
        JsonFormat format = new JsonFormat();
        Random random = new Random(5);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.appendCodePoint(
                        switch (random.nextInt(4)) {
                            case 0 -> random.nextInt(0x80);
                            case 1 -> 0x2020 + random.nextInt(0x10);
                            case 2 -> 0xE000 + random.nextInt(0x1FFE);
                            default -> 0x10000 + random.nextInt(0x1000);
                        });
            }
            byte[] json = JsonString.quoted(text.toString()).getBytes(StandardCharsets.UTF_8);
            assertThat(format.open(new ByteArrayInputStream(json), "text").string())
                    .as("round %s", round)
                    .isEqualTo(text.toString());
        }
    }
}
