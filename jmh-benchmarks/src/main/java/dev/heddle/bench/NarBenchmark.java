package dev.heddle.bench;

import dev.heddle.store.nar.NarEntry;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarReader;
import dev.heddle.store.nar.NarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a tree cost as an archive: to dump, to hash, to read again, to unpack? Once for many small files, where the
 * system's calls are the cost, and once for a few large ones, where the bytes are. {@code compare nar} holds dumping and
 * hashing against Nix.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class NarBenchmark {

    /** Number of files in the tree. */
    @Param({"10000", "16"})
    public int files;

    /** Bytes in all files together. */
    @Param("33554432")
    public int bytes;

    private Path directory = Path.of("");
    private Path tree = Path.of("");
    private byte[] archive = {};
    private int unpacked;

    /** Makes the tree. */
    @Setup
    public void makeTree() throws IOException {
        directory = Files.createTempDirectory("heddle-nar-benchmark-");
        tree = Files.createDirectory(directory.resolve("tree"));
        byte[] content = new byte[bytes / files];
        Random random = new Random(1);
        for (int i = 0; i < files; i++) {
            random.nextBytes(content);
            Path parent = Files.createDirectories(tree.resolve("d" + i / 100));
            Files.write(parent.resolve("file" + i), content);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NarWriter.dump(tree, out);
        archive = out.toByteArray();
    }

    /** Removes what the iteration unpacked. */
    @TearDown(Level.Iteration)
    public void removeUnpacked() throws IOException {
        for (; unpacked > 0; unpacked--) {
            remove(directory.resolve("copy" + unpacked));
        }
    }

    /** Removes the tree. */
    @TearDown
    public void removeTree() throws IOException {
        remove(directory);
    }

    /** Tree to bytes that nobody keeps. */
    @Benchmark
    public void dump() throws IOException {
        NarWriter.dump(tree, OutputStream.nullOutputStream());
    }

    /** Tree to digest. */
    @Benchmark
    public NarHash hash() throws IOException {
        return NarHash.ofTree(tree);
    }

    /** Archive in memory to entries. */
    @Benchmark
    public long read() throws IOException {
        NarReader reader = NarReader.of(new ByteArrayInputStream(archive), NarLimits.DEFAULT);
        long size = 0;
        for (NarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            size += entry instanceof NarEntry.File file ? file.size() : 0;
        }
        return size;
    }

    /** Archive in memory to a tree. */
    @Benchmark
    public void unpack() throws IOException {
        NarReader.unpack(new ByteArrayInputStream(archive), directory.resolve("copy" + ++unpacked));
    }

    private static void remove(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) throws IOException {
                Files.setPosixFilePermissions(visited, PosixFilePermissions.fromString("rwx------"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
