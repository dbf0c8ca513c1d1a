package dev.heddle.samples.ninja;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Writes and reads manifests for tests. */
final class Manifests {

    private Manifests() {}

    /** Parses a manifest that is written into a directory as build.ninja. */
    static Manifest parse(Path directory, String text) throws NinjaException, IOException {
        return parse(directory, text, new ArrayList<>());
    }

    static Manifest parse(Path directory, String text, List<String> warnings) throws NinjaException, IOException {
        Files.write(directory.resolve("build.ninja"), text.getBytes(StandardCharsets.UTF_8));
        return ManifestParser.parse(new Disk(directory), "build.ninja", warnings::add, false);
    }

    /** The message of the error that a manifest ends in. */
    static String error(Path directory, String text) throws IOException {
        try {
            parse(directory, text);
        } catch (NinjaException e) {
            return e.getMessage();
        }
        throw new AssertionError("no error in: " + text);
    }

    /** Bytes with a few of them changed, taken out or doubled. */
    static byte[] mutated(byte[] bytes, RandomGenerator random) {
        byte[] changed = bytes.clone();
        for (int i = random.nextInt(1, 5); i > 0 && changed.length > 0; i--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(3)) {
                case 0 -> changed[at] = (byte) random.nextInt(256);
                case 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                default -> {
                    int from = random.nextInt(changed.length);
                    int length = Math.min(random.nextInt(1, 32), changed.length - Math.max(from, at));
                    System.arraycopy(bytes, from, changed, at, Math.max(0, length));
                }
            }
        }
        return changed;
    }
}
