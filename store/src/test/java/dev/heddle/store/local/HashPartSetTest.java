package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HashPartSetTest {

    private static final String ALPHABET = "0123456789abcdfghijklmnpqrsvwxyz";

    @Test
    void saysOfEveryHashPartWhetherItWasAdded() {
        Random random = new Random(5);
        HashPartSet set = new HashPartSet();
        Set<String> model = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            String part = part(random, i % 3 == 0 ? 3 : 32);
            assertThat(set.contains(part)).isEqualTo(model.contains(part));
            assertThat(set.add(part)).isEqualTo(model.add(part));
            assertThat(set.contains(part)).isTrue();
        }
        assertThat(set.size()).isEqualTo(model.size());
        for (String part : model) {
            assertThat(set.contains(part)).isTrue();
        }
    }

    @Test
    void tellsPartsApartThatDifferInOneDigit() {
        String zeros = "0".repeat(32);
        for (int at = 0; at < 32; at++) {
            HashPartSet set = new HashPartSet();
            set.add(zeros);
            for (char digit : ALPHABET.toCharArray()) {
                String other = zeros.substring(0, at) + digit + zeros.substring(at + 1);
                assertThat(set.add(other)).as(other).isEqualTo(digit != '0');
            }
        }
    }

    @Test
    void refusesWhatIsNoHashPart() {
        assertThatThrownBy(() -> new HashPartSet().add("abc"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 digits");
    }

    private static String part(Random random, int free) {
        StringBuilder text = new StringBuilder("0".repeat(32));
        for (int i = 0; i < free; i++) {
            text.setCharAt(i, ALPHABET.charAt(random.nextInt(32)));
        }
        return text.toString();
    }
}
