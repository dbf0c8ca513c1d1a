package dev.heddle.core.derivation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentAddressTest {

    private static final String HASH = "00zns3gj9hwz2a4b0i07y7nmxybq59lh24bl3xsxblcl6333mjil";

    @ParameterizedTest
    @CsvSource({
        "text:sha256:" + HASH + ", TEXT",
        "fixed:sha256:" + HASH + ", FLAT",
        "fixed:r:sha256:" + HASH + ", RECURSIVE",
        "fixed:git:sha1:0fjj3mfmpsqc5nd9pjr6qfkmnjwjv6c1, GIT",
        "fixed:md5:3y8bwfr609h3lh9ch0izcqq7fl, FLAT"
    })
    void whatNixPrintsIsReadAndPrintedAgain(String text, ContentMethod method) {
        ContentAddress address = ContentAddress.parse(text);
        assertThat(address.method()).isEqualTo(method);
        assertThat(address).hasToString(text);
    }

    @Test
    void otherFormsOfTheHashAreReadAndPrintedInBase32() {
        String base16 = ContentAddress.parse("fixed:r:sha256:" + HASH).digest().base16();
        assertThat(ContentAddress.parse("fixed:r:sha256:" + base16)).hasToString("fixed:r:sha256:" + HASH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text:",
                "fixed:",
                "fixed:r:",
                "sha256:" + HASH,
                "text:sha1:0fjj3mfmpsqc5nd9pjr6qfkmnjwjv6c1",
                "text:r:sha256:" + HASH,
                "fixed:text:sha256:" + HASH,
                "fixed:r:r:sha256:" + HASH,
                "fixed:sha256:" + HASH + "0",
                "fixed:sha256-AAAA",
                "FIXED:sha256:" + HASH
            })
    void whatIsNoContentAddressIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ContentAddress.parse(text));
    }

    @Test
    void everyTruncationIsRefused() {
        String text = "fixed:r:sha256:" + HASH;
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatIllegalArgumentException().as(cut).isThrownBy(() -> ContentAddress.parse(cut));
        }
    }
}
