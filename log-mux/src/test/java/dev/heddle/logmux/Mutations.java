package dev.heddle.logmux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Wrong bytes for a reader, made from right ones: the same seed makes the same bytes. The right ones are kept under
 * {@code corpus} in the resources of the tests, a directory for each reader; what a reader once fell over is added there.
 */
final class Mutations {

    /** How many a reader is given. */
    static final int COUNT = Integer.getInteger("heddle.flips", 2000);

    private static final int[] TELLING = {0, 1, 0x7F, 0x80, 0xFF, '\n', '"', '{', '@', ' ', '9'};
    private static final int MOST_BYTES = 1 << 20;

    private final List<byte[]> seeds;

    Mutations(Iterable<byte[]> seeds) {
        this.seeds = Stream.of(seeds).flatMap(all -> toList(all).stream()).toList();
    }

    private static List<byte[]> toList(Iterable<byte[]> all) {
        List<byte[]> list = new ArrayList<>();
        all.forEach(list::add);
        return list;
    }

    /** The kept bytes for a reader, by the names of their files. */
    static Map<String, byte[]> corpus(String reader) throws IOException {
        URL directory = Mutations.class.getResource("corpus/" + reader);
        if (directory == null) {
            throw new IOException("no corpus for " + reader);
        }
        Map<String, byte[]> all = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
            for (Path file : files.sorted().toList()) {
                all.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        return all;
    }

    /** The bytes that a seed makes: one of the kept ones, changed in one to eight places. */
    byte[] bytes(long seed) {
        Random random = new Random(seed);
        byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
        for (int i = 1 << random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            bytes = change(bytes, random);
        }
        return bytes;
    }

    private byte[] change(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        int size = Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(10)));
        return switch (random.nextInt(7)) {
            case 0, 1 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            case 2 -> {
                bytes[at] = (byte) TELLING[random.nextInt(TELLING.length)];
                yield bytes;
            }
            case 3 -> spliced(bytes, at, at + size, new byte[0]);
            case 4 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + size));
            case 5 -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                int from = random.nextInt(Math.max(1, other.length));
                yield spliced(
                        bytes, at, at + size, Arrays.copyOfRange(other, from, Math.min(other.length, from + size)));
            }
            default -> {
                byte[] noise = new byte[size];
                random.nextBytes(noise);
                yield spliced(bytes, at, random.nextBoolean() ? at : at + size, noise);
            }
        };
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] put) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        result.write(bytes, 0, from);
        result.writeBytes(put);
        result.write(bytes, to, bytes.length - to);
        return result.size() > MOST_BYTES ? bytes : result.toByteArray();
    }
}
