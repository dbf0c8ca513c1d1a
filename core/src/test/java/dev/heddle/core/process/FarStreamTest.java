package dev.heddle.core.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FarStreamTest {

    private static final String NONCE = FarStream.FIRST + "0123456789abcdef";

    /** What came out of a line: the bytes, and the frames with the number of bytes before each. */
    private static final class Taken implements FarStream.Handler {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final List<String> frames = new ArrayList<>();

        @Override
        public void bytes(byte[] array, int offset, int length) {
            assertThat(length).isPositive();
            bytes.write(array, offset, length);
        }

        @Override
        public void frame(char kind, String[] words) {
            frames.add(bytes.size() + ":" + kind + String.join(",", words));
        }
    }

    private static Taken feed(byte[] line, int... cuts) {
        Taken taken = new Taken();
        FarStream stream = new FarStream(NONCE, taken);
        int from = 0;
        for (int cut : cuts) {
            byte[] part = Arrays.copyOfRange(line, from, cut);
            stream.feed(part, part.length);
            from = cut;
        }
        byte[] rest = Arrays.copyOfRange(line, from, line.length);
        stream.feed(rest, rest.length);
        stream.end();
        return taken;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void framesAreTakenOutOfTheMiddleOfBytes() {
        byte[] line = bytes("ab" + NONCE + " x 7 0 1\ncd\n" + NONCE + " e 7\n" + NONCE + " p\nend");
        for (int cut = 0; cut <= line.length; cut++) {
            Taken taken = feed(line, cut);
            assertThat(taken.bytes.toString(StandardCharsets.ISO_8859_1)).isEqualTo("abcd\nend");
            assertThat(taken.frames).containsExactly("2:x7,0,1", "5:e7", "5:p");
        }
    }

    @Test
    void whatIsNearlyAFrameIsBytes() {
        for (int length = 0; length <= NONCE.length(); length++) {
            String text = "a" + NONCE.substring(0, length) + FarStream.FIRST + FarStream.FIRST + "z\n";
            assertThat(feed(bytes(text)).bytes.toByteArray()).isEqualTo(bytes(text));
        }
    }

    @Test
    void aBeginningOfAFrameAtTheEndIsBytes() {
        for (int length = 0; length <= NONCE.length(); length++) {
            byte[] text = bytes("a" + NONCE.substring(0, length));
            assertThat(feed(text).bytes.toByteArray()).isEqualTo(text);
        }
    }

    @Test
    void aFrameThatIsTooLongIsPassedOver() {
        String text = "a" + NONCE + " x " + "9".repeat(5_000) + "\nb" + NONCE + " e 1\n";
        Taken taken = feed(bytes(text));
        assertThat(taken.bytes.toString(StandardCharsets.ISO_8859_1)).isEqualTo("ab");
        assertThat(taken.frames).containsExactly("2:e1");
    }

    @Test
    void randomBytesInRandomPiecesComeOutAsTheyWentIn() {
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            List<String> frames = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                byte[] piece = new byte[random.nextInt(12)];
                random.nextBytes(piece);
                for (int k = 0; k < piece.length; k++) {
                    piece[k] = random.nextInt(3) == 0 ? (byte) FarStream.FIRST : piece[k];
                }
                line.writeBytes(piece);
                expected.writeBytes(piece);
                if (random.nextInt(3) == 0) {
                    byte[] nearly = bytes(NONCE.substring(0, random.nextInt(NONCE.length())) + "#");
                    line.writeBytes(nearly);
                    expected.writeBytes(nearly);
                }
                if (random.nextBoolean()) {
                    line.writeBytes(bytes(NONCE + " x " + i + "\n"));
                    frames.add(expected.size() + ":x" + i);
                }
            }
            int first = random.nextInt(line.size() + 1);
            int second = first + random.nextInt(line.size() - first + 1);
            Taken taken = feed(line.toByteArray(), first, second);
            assertThat(taken.bytes.toByteArray()).as("seed %d", seed).isEqualTo(expected.toByteArray());
            assertThat(taken.frames).as("seed %d", seed).isEqualTo(frames);
        }
    }
}
