package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What must hold for all text that comes from jobs. */
final class TextChecks {

    private static final Pattern SGR = Pattern.compile("\u001b\\[[0-9;:]*m");

    private TextChecks() {}

    static String decode(byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("text that is not UTF-8", e);
        }
    }

    /** No byte that a terminal obeys but tab, newline and colours; nothing that turns the direction; valid UTF-8. */
    static void assertInert(byte[] text, boolean colors) {
        String decoded = decode(text);
        String rest = colors ? SGR.matcher(decoded).replaceAll("") : decoded;
        assertThat(rest.codePoints().filter(TextChecks::isObeyed).boxed().toList())
                .isEmpty();
        assertThat(rest).doesNotContain("\uFFFD");
    }

    private static boolean isObeyed(int code) {
        return (code < 0x20 && code != '\t' && code != '\n')
                || (code >= 0x7F && code < 0xA0)
                || (code >= 0x202A && code <= 0x202E)
                || (code >= 0x2066 && code <= 0x2069);
    }

    /** At the beginning of every line of the engine, and at the end, colours are off. */
    static void assertColorsDoNotLeak(byte[] text) {
        boolean colored = false;
        for (String line : decode(text).split("\n", -1)) {
            if (line.startsWith("\u2500\u2500") || line.startsWith("[") || line.startsWith("\u001b[1m\u2500")) {
                assertThat(colored).as("colours are off before '%s'", line).isFalse();
            }
            Matcher matcher = SGR.matcher(line);
            while (matcher.find()) {
                colored = !matcher.group().matches("\u001b\\[0?m");
            }
        }
        assertThat(colored).as("colours are off at the end").isFalse();
    }
}
