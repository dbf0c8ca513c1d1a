package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

    private static final String NONCE = "00112233445566778899aabbccddeeff";
    private static final byte[] GOLDEN = (NONCE + " e 1 0\n" + NONCE + " k 12 0\n" + NONCE + " e 7 255\n" + NONCE
                    + " r 0 0\n" + NONCE + " b 8 4194303\n" + NONCE + " u 9 11\n" + NONCE + " x 8 2\n" + NONCE
                    + " d 8 32512\n")
            .getBytes(StandardCharsets.US_ASCII);

    private static final List<String> TOLD = List.of(
            "exited 1 0",
            "killed 12",
            "exited 7 255",
            "ready",
            "born 8 4194303",
            "unborn 9 11",
            "refused 8 2",
            "died 8 32512");

    private final List<String> frames = new ArrayList<>();

    private FrameReader reader() {
        frames.clear();
        FrameReader.Handler handler = new FrameReader.Handler() {
            @Override
            public void exited(int id, int status) {
                frames.add("exited " + id + " " + status);
            }

            @Override
            public void killed(int id) {
                frames.add("killed " + id);
            }

            @Override
            public void ready() {
                frames.add("ready");
            }

            @Override
            public void born(int id, int pid) {
                frames.add("born " + id + " " + pid);
            }

            @Override
            public void unborn(int id, int errno) {
                frames.add("unborn " + id + " " + errno);
            }

            @Override
            public void refused(int id, int errno) {
                frames.add("refused " + id + " " + errno);
            }

            @Override
            public void died(int id, int status) {
                frames.add("died " + id + " " + status);
            }
        };
        return new FrameReader(NONCE, handler);
    }

    private List<String> read(byte[] bytes) {
        reader().feed(bytes, bytes.length);
        return frames;
    }

    @Test
    void framesAreReadInOrder() {
        assertThat(read(GOLDEN)).containsExactlyElementsOf(TOLD);
    }

    @Test
    void framesAreReadByteByByte() {
        FrameReader reader = reader();
        for (byte b : GOLDEN) {
            reader.feed(new byte[] {b}, 1);
        }
        assertThat(frames).containsExactlyElementsOf(TOLD);
    }

    @Test
    void aFrameCutShortIsNoFrame() {
        for (int cut = 0; cut < GOLDEN.length; cut++) {
            long lines = new String(GOLDEN, 0, cut, StandardCharsets.US_ASCII)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            assertThat(read(Arrays.copyOf(GOLDEN, cut))).hasSize((int) lines);
        }
    }

    @Test
    void whatIsNotAFrameIsPassedOver() {
        String other = "ffffffffffffffffffffffffffffffff";
        for (String line : List.of(
                "",
                "Killed",
                other + " e 1 0",
                NONCE,
                NONCE + " ",
                NONCE + " e",
                NONCE + " e ",
                NONCE + " e 1",
                NONCE + " e 1 ",
                NONCE + " e  0",
                NONCE + " e -1 0",
                NONCE + " e 1 x",
                NONCE + " e 1 99999999999",
                NONCE + " y 1 0",
                NONCE + " ee 1 0",
                " " + NONCE + " e 1 0",
                "x".repeat(2_000))) {
            byte[] bytes = (line + "\n" + NONCE + " e 3 4\n").getBytes(StandardCharsets.US_ASCII);
            assertThat(read(bytes)).as(line).containsExactly("exited 3 4");
        }
    }

    @Test
    void randomChangesNeverThrowAndNeverForge() {
        Random random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = GOLDEN.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(read(bytes).size()).isLessThanOrEqualTo(TOLD.size());
        }
    }
}
