package dev.heddle.samples.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.SplittableRandom;

/**
 * Things to put into a store: trees and texts that follow from a seed and their number alone, so that another process makes the
 * same. Immutable but for the files of trees, which are made where they are asked for.
 */
final class SelftestGoods {

    private static final int FILES = 4;
    private static final int MOST_BYTES = 20_000;

    private final Path directory;
    private final long seed;

    /** Goods whose trees are made in {@code directory}, which exists. */
    SelftestGoods(Path directory, long seed) {
        this.directory = directory;
        this.seed = seed;
    }

    /** What the path of a good is called. */
    static String name(int number) {
        return "good-" + number;
    }

    /** A text. */
    byte[] text(int number) {
        return ("text " + seed + " " + number + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A tree with files, a program, a directory and a link; made if it is missing. */
    Path tree(int number) throws IOException {
        Path tree = directory.resolve("tree-" + number);
        if (Files.exists(tree)) {
            return tree;
        }
        SplittableRandom random = new SplittableRandom(seed * 31 + number);
        Path below = Files.createDirectories(tree.resolve("below"));
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[random.nextInt(MOST_BYTES)];
            random.nextBytes(bytes);
            Files.write((i % 2 == 0 ? tree : below).resolve("file-" + i), bytes);
        }
        Path program = Files.writeString(tree.resolve("program"), "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("below/file-1"));
        return tree;
    }
}
