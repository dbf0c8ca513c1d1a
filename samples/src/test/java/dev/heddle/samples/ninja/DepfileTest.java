package dev.heddle.samples.ninja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DepfileTest {

    private static Depfile parse(String text) throws NinjaException {
        return Depfile.parse(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void whatGccWritesIsRead() throws Exception {
        Depfile depfile = parse("build/a.o: a.c \\\n  a.h /usr/include/x.h \\\r\n b.h\n");
        assertThat(depfile.outputs()).containsExactly("build/a.o");
        assertThat(depfile.inputs()).containsExactly("a.c", "a.h", "/usr/include/x.h", "b.h");
    }

    @Test
    void escapesAreReadAsNinjaReadsThem() throws Exception {
        assertThat(parse("a: b\\ c d\\#e f$$g h\\:i j\\k [x] 'q' c\\\\ d\n").inputs())
                .containsExactly("b c", "d#e", "f$g", "h:i", "j\\k", "[x]", "'q'", "c\\\\", "d");
        assertThat(parse("c\\:\\gcc\\x.o: y\n").outputs()).containsExactly("c:\\gcc\\x.o");
        assertThat(parse("c:\\gcc\\x.o: y\n").outputs()).containsExactly("c:\\gcc\\x.o");
    }

    @Test
    void severalTargetsAndEmptyRulesOfMpAreRead() throws Exception {
        Depfile depfile = parse("a.o b.o: x.h y.h\nx.h:\ny.h:\n");
        assertThat(depfile.outputs()).containsExactly("a.o", "b.o");
        assertThat(depfile.inputs()).containsExactly("x.h", "y.h");
    }

    @Test
    void anInputWithInputsOfItsOwnIsRefused() {
        assertThatThrownBy(() -> parse("a: b\nb: c\n")).hasMessage("inputs may not also have inputs");
    }

    @Test
    void textWithoutAColonIsRefused() {
        assertThatThrownBy(() -> parse("a b c\n")).hasMessage("expected ':' in depfile");
    }

    @Test
    void everyTruncationAndMutationIsReadOrRefused() {
        byte[] golden = "out/a.o b\\ c.o: x\\#.h \\\n $$y.h c\\:d \\\r\n z.h\nx.h:\n".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < golden.length; length++) {
            parseHostile(Arrays.copyOf(golden, length));
        }
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            parseHostile(Manifests.mutated(golden, random));
        }
    }

    private static void parseHostile(byte[] bytes) {
        try {
            assertThat(Depfile.parse(bytes).outputs()).isNotNull();
        } catch (NinjaException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }
}
