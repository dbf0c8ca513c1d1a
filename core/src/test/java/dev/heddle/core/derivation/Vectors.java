package dev.heddle.core.derivation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What real Nix computes, from the resources beside this class. */
final class Vectors {

    private Vectors() {}

    /** The lines of one kind, in fields, without the kind. */
    static List<String[]> of(String kind) {
        return lines("vectors.txt").stream()
                .filter(line -> line.startsWith(kind + "\t"))
                .map(line -> line.substring(kind.length() + 1).split("\t"))
                .toList();
    }

    /** The texts of derivations, by store path. */
    static Map<String, byte[]> derivations() {
        Map<String, byte[]> derivations = new LinkedHashMap<>();
        List<String> lines = lines("derivations.txt");
        for (int i = 1; i < lines.size(); i += 2) {
            derivations.put(lines.get(i), lines.get(i + 1).getBytes(StandardCharsets.UTF_8));
        }
        return derivations;
    }

    private static List<String> lines(String resource) {
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream(resource));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
