package dev.heddle.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What real Nix made or found, from the resource beside this class. */
public final class Vectors {

    private Vectors() {}

    /** The lines of one kind, in fields, without the kind. */
    public static List<String[]> of(String kind) {
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream("vectors.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> line.startsWith(kind + "\t"))
                    .map(line -> line.substring(kind.length() + 1).split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
