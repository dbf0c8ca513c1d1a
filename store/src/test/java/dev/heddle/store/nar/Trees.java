package dev.heddle.store.nar;

import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.disk.RawPaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Trees on disk for tests. */
public final class Trees {

    private static final Set<RawName> DOTS = Set.of(RawName.of("."), RawName.of(".."));

    private static final byte[] LETTERS = {
        'a', 'b', 'C', '.', '-', ' ', '\n', '~', (byte) 0xc3, (byte) 0xa9, (byte) 0xff, 1
    };

    private Trees() {}

    /** Makes a tree whose names, sizes, modes and links {@code random} decides. */
    public static void random(Path at, Random random) throws IOException {
        try (Folder parent = Disk.system().open(at.toAbsolutePath().getParent())) {
            random(parent, RawPaths.toName(at.getFileName()), random);
        }
    }

    /** The same in any folder. */
    public static void random(Folder in, RawName as, Random random) throws IOException {
        random(in, as, random, 4);
    }

    private static void random(Folder in, RawName as, Random random, int depth) throws IOException {
        int kind = random.nextInt(depth > 0 ? 5 : 3);
        if (kind == 0) {
            in.createLink(as, name(random));
        } else if (kind <= 2) {
            byte[] content = new byte[random.nextInt(8) == 0 ? random.nextInt(300_000) : random.nextInt(40)];
            random.nextBytes(content);
            try (WritableByteChannel out = in.create(as, random.nextBoolean() ? 0700 : 0644)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
        } else {
            Set<RawName> names = new TreeSet<>();
            for (int i = random.nextInt(7); i > 0; i--) {
                names.add(name(random));
            }
            try (Folder folder = in.createFolder(as)) {
                for (RawName name : names) {
                    random(folder, name, random, depth - 1);
                }
            }
        }
    }

    private static RawName name(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(12)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = LETTERS[random.nextInt(LETTERS.length)];
        }
        RawName name = RawName.of(bytes);
        return DOTS.contains(name) ? RawName.of("dots") : name;
    }

    /** Lets JUnit delete what was unpacked read-only; links go at once, since it warns of those that lead outside. */
    public static void makeWritable(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Set<PosixFilePermission> modes = new HashSet<>(Files.getPosixFilePermissions(directory));
                modes.add(PosixFilePermission.OWNER_WRITE);
                Files.setPosixFilePermissions(directory, modes);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink()) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
