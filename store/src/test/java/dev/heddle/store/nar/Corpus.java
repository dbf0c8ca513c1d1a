package dev.heddle.store.nar;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The archives of {@code corpus.txt}, by name. */
final class Corpus {

    private Corpus() {}

    static Map<String, byte[]> good() {
        return of("nar");
    }

    static Map<String, byte[]> malformed() {
        return of("malformed");
    }

    private static Map<String, byte[]> of(String kind) {
        Map<String, byte[]> archives = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(Corpus.class.getResourceAsStream("corpus.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(" ");
                if (parts[0].equals(kind)) {
                    archives.put(parts[1], HexFormat.of().parseHex(parts[2]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return archives;
    }
}
