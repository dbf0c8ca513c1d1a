package dev.heddle.logmux.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** File names for hostile names. */
class FileNamesTest {

    private final FileNames names = new FileNames();

    @Test
    void commonNamesStayAsTheyAre() {
        assertThat(names.of("zlib-1.3_x+y=z")).isEqualTo("zlib-1.3_x+y=z");
    }

    @Test
    void nothingLeavesTheFolder() {
        Path folder = Path.of("/logs");
        for (String name : new String[] {
            "..", ".", "../../etc/passwd", "/etc/passwd", "a/../../b", "", "\u0000", "-rf", "C:\\x", ".hidden"
        }) {
            String file = names.of(name);
            assertThat(folder.resolve(file).normalize().getParent()).isEqualTo(folder);
            assertThat(file)
                    .doesNotStartWith(".")
                    .doesNotStartWith("-")
                    .matches("[\\x21-\\x7e]+")
                    .doesNotContain("/", "\\");
        }
    }

    @Test
    void differentNamesAreDifferentFilesAndCanBeReadBack() {
        Random random = new Random(1);
        Map<String, String> files = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder();
            int length = random.nextInt(6);
            for (int j = 0; j < length; j++) {
                name.append("aAbB%25/.-~ \u00e9\u00c9\n".charAt(random.nextInt(14)));
            }
            String file = names.of(name.toString());
            String before = files.put(file.toLowerCase(Locale.ROOT), name.toString());
            assertThat(before == null || before.contentEquals(name)).as(file).isTrue();
            String decoded =
                    file.equals("%") ? "" : URLDecoder.decode(file.replace("+", "%2B"), StandardCharsets.UTF_8);
            assertThat(decoded).isEqualTo(name.toString());
        }
    }

    @Test
    void longNamesAreCutAndStillDifferent() {
        String one = names.of("\u6f22".repeat(5000) + "1");
        String other = names.of("\u6f22".repeat(5000) + "2");
        assertThat(one).hasSize(FileNames.LONGEST).isNotEqualTo(other);
        assertThat(names.of("\u6f22".repeat(5000) + "1")).isEqualTo(one);
    }
}
