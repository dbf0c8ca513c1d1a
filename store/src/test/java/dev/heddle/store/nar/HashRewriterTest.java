package dev.heddle.store.nar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.disk.RawName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HashRewriterTest {

    @Test
    void everyHashPartIsExchangedHoweverTheContentIsCut() throws IOException {
        Random random = new Random(27);
        for (int round = 0; round < 2_000; round++) {
            List<StorePath> candidates = ReferenceScannerTest.candidates(random, 2);
            String from = candidates.get(0).hashPart();
            String to = candidates.get(1).hashPart();
            byte[] content = ReferenceScannerTest.content(random, candidates);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            HashRewriter rewriter = HashRewriter.of(new TreeMap<>(Map.of(from, to)), out);
            for (int at = 0; at < content.length; ) {
                int count = Math.min(content.length - at, random.nextInt(80));
                rewriter.write(content, at, count);
                at += count;
            }
            rewriter.finish();
            String wanted = new String(content, StandardCharsets.ISO_8859_1).replace(from, to);
            assertThat(out.toString(StandardCharsets.ISO_8859_1))
                    .as("round %d", round)
                    .isEqualTo(wanted);
        }
    }

    @Test
    void contentLongerThanTheBufferIsPassedOn() throws IOException {
        List<StorePath> paths = ReferenceScannerTest.candidates(new Random(28), 2);
        String from = paths.get(0).hashPart();
        String content = ("0".repeat(997) + from).repeat(500);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HashRewriter rewriter =
                HashRewriter.of(new TreeMap<>(Map.of(from, paths.get(1).hashPart())), out);
        rewriter.write(content.getBytes(StandardCharsets.ISO_8859_1));
        rewriter.finish();
        assertThat(out.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo(content.replace(from, paths.get(1).hashPart()));
    }

    @Test
    void whatIsNoHashPartIsRefused() {
        String part = "0".repeat(32);
        for (String wrong : List.of("", "0".repeat(31), "0".repeat(33), "e".repeat(32))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> HashRewriter.of(new TreeMap<>(Map.of(part, wrong)), OutputStream.nullOutputStream()));
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> HashRewriter.of(new TreeMap<>(Map.of(wrong, part)), OutputStream.nullOutputStream()));
        }
    }

    @Test
    void contentThatNamesItselfIsHashedAsNixHashesIt() throws IOException {
        String part = "fcdcz40mcj9ghzpavic641cgi5bxygnm";
        byte[] content = ("/nix/store/" + part + "-selfref\n").getBytes(StandardCharsets.US_ASCII);
        SelfHash hash = new SelfHash(part);
        NarWriter writer = new NarWriter(hash, NarLimits.DEFAULT);
        writer.file(RawName.EMPTY, false, content.length, Channels.newChannel(new ByteArrayInputStream(content)));
        writer.finish();
        assertThat(hash.finish().base16())
                .isEqualTo("f487c3eadbf11b4a768daa1b121a3cb4c960b3aee50607daadaee89d244d0691");
        assertThat(hash.found()).isTrue();
    }

    @Test
    void contentThatDoesNotNameItselfHasItsPlainHash() throws IOException {
        byte[] content = "nothing here".getBytes(StandardCharsets.US_ASCII);
        SelfHash hash = new SelfHash("0".repeat(32));
        hash.write(content, 0, content.length);
        assertThat(hash.finish()).isEqualTo(Digest.ofContent(Digest.Algorithm.SHA256, content));
        assertThat(hash.found()).isFalse();
    }
}
