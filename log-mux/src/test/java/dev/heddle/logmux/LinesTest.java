package dev.heddle.logmux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LinesTest {

    @Test
    void theFirstOfAByteIsFoundAtEveryPlace() {
        Random random = new Random(3);
        for (int round = 0; round < 5000; round++) {
            byte[] bytes = new byte[random.nextInt(50)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                // Those that differ from a wanted one in a single bit are what a search by words could take for it.
                bytes[i] = random.nextInt(8) == 0 ? (byte) ('\n' ^ 1 << random.nextInt(8)) : bytes[i];
                bytes[i] = random.nextInt(30) == 0 ? (byte) '\n' : bytes[i];
            }
            int from = random.nextInt(bytes.length + 1);
            int length = random.nextInt(bytes.length - from + 1);
            assertThat(Lines.afterFirst(bytes, from, length)).isEqualTo(naive(bytes, from, length));
        }
    }

    private static int naive(byte[] bytes, int from, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[from + i] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }
}
