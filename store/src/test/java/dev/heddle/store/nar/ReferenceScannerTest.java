package dev.heddle.store.nar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReferenceScannerTest {

    @Test
    void whatNixFindsIsFound() {
        assertThat(Vectors.of("scan")).isNotEmpty().allSatisfy(vector -> {
            ReferenceScanner scanner = new ReferenceScanner(List.of(StorePath.parse(vector[1])));
            byte[] content = HexFormat.of().parseHex(vector[2]);
            scanner.write(content, 0, content.length);
            assertThat(scanner.found()).as(vector[0]).hasSize(Integer.parseInt(vector[3]));
        });
    }

    /** Against a search that looks at every place; pieces of random length, hash parts close to and within one another. */
    @Test
    @Tag("T12")
    void everyHashPartIsFoundHoweverTheContentIsCut() {
        Random random = new Random(26);
        for (int round = 0; round < 2_000; round++) {
            List<StorePath> candidates = candidates(random, 1 + random.nextInt(6));
            byte[] content = content(random, candidates);
            ReferenceScanner scanner = new ReferenceScanner(candidates);
            for (int at = 0; at < content.length; ) {
                int count = Math.min(content.length - at, random.nextInt(80));
                scanner.write(content, at, count);
                at += count;
            }
            String text = new String(content, StandardCharsets.ISO_8859_1);
            SortedSet<StorePath> there = new TreeSet<>(candidates);
            there.removeIf(path -> !text.contains(path.hashPart()));
            assertThat(scanner.found()).as("round %d", round).isEqualTo(there);
        }
    }

    @Test
    void pathsWithOneHashPartAreFoundTogether() {
        StorePath one = candidates(new Random(1), 1).get(0);
        StorePath other = new StorePath(one.storeDirectory(), one.hashPart(), "other");
        ReferenceScanner scanner = new ReferenceScanner(List.of(one, other));
        byte[] content = one.hashPart().getBytes(StandardCharsets.ISO_8859_1);
        for (byte b : content) {
            scanner.write(b);
        }
        assertThat(scanner.found()).containsExactly(other, one);
    }

    static List<StorePath> candidates(Random random, int count) {
        List<StorePath> paths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            paths.add(
                    StorePath.ofSource(Digest.of(Digest.Algorithm.SHA256, bytes), List.of(), "/nix/store", "path" + i));
        }
        return paths;
    }

    static byte[] content(Random random, List<StorePath> candidates) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            String part = candidates.get(random.nextInt(candidates.size())).hashPart();
            int from = random.nextInt(4) == 0 ? random.nextInt(32) : 0;
            int to = random.nextInt(4) == 0 ? from + random.nextInt(32 - from) : 32;
            text.append(part, from, Math.max(from, to));
            text.append(random.nextInt(3) == 0 ? "" : random.nextInt(2) == 0 ? "e\u00ff" : "0123456789abcdf");
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
