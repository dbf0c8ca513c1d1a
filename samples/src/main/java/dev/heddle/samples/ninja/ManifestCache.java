package dev.heddle.samples.ninja;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * {@code .heddle_ninja_cache}: a parsed manifest as flat arrays, so that a run that has nothing to do need not parse.
 *
 * <p>Holds the time, size and identity of every manifest file, and is passed over when one of them differs, or is so young
 * that a change of it might not show in its time. Also passed over when its checksum is wrong or it is of another version: a
 * cache is never a reason to fail. Replaced by a rename.
 */
final class ManifestCache {

    static final String NAME = ".heddle_ninja_cache";

    /** Manifests with fewer edges are parsed sooner than they are worth a file. */
    static final int WORTHWHILE_EDGES = 1000;

    private static final int MAGIC = 0x48_4e_43_32;
    private static final int HEADER_BYTES = 16;
    // Times of files move in steps; a file changed twice in one step looks the same.
    private static final long TIME_STEP_NANOS = 50_000_000;

    private ManifestCache() {}

    /** The manifest that is in the cache, if it is the one that a parse would give; otherwise null. */
    static @Nullable Manifest read(Disk disk, String file, boolean phonyCycleIsError, Consumer<String> warnings) {
        try {
            ByteBuffer in = content(disk.path(NAME));
            return in == null ? null : manifest(new Reader(in), disk, file, phonyCycleIsError, warnings);
        } catch (IOException | BufferUnderflowException e) {
            return null;
        }
    }

    private static @Nullable ByteBuffer content(Path path) throws IOException {
        if (!Files.exists(path)) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(path)) {
            long size = channel.size();
            if (size < HEADER_BYTES || size > Integer.MAX_VALUE - 16) {
                return null;
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
            int got;
            do {
                got = channel.read(bytes);
            } while (got >= 0 && bytes.hasRemaining());
            bytes.flip();
            if (bytes.remaining() < HEADER_BYTES || bytes.getInt() != MAGIC) {
                return null;
            }
            int checksum = bytes.getInt();
            CRC32C crc = new CRC32C();
            crc.update(bytes.duplicate());
            return (int) crc.getValue() == checksum ? bytes : null;
        }
    }

    private static @Nullable Manifest manifest(
            Reader in, Disk disk, String file, boolean phonyCycleIsError, Consumer<String> warnings)
            throws IOException {
        long written = in.bytes.getLong();
        if (in.bytes.getInt() != (phonyCycleIsError ? 1 : 0)) {
            return null;
        }
        List<String> files = in.strings();
        long[] stamps = in.longs();
        if (files.isEmpty() || !files.get(0).equals(file) || !same(disk, files, stamps, written)) {
            return null;
        }
        List<String> told = in.strings();
        Manifest manifest = in.manifest(new Places(disk));
        manifest.files.addAll(files);
        told.forEach(warnings);
        return manifest;
    }

    private static boolean same(Disk disk, List<String> files, long[] stamps, long written) throws IOException {
        for (int i = 0; i < files.size(); i++) {
            long[] stamp = stamp(disk.path(files.get(i)));
            for (int j = 0; j < stamp.length; j++) {
                if (stamps[i * stamp.length + j] != stamp[j]) {
                    return false;
                }
            }
            if (stamp[0] + TIME_STEP_NANOS > written) {
                return false;
            }
        }
        return true;
    }

    private static long[] stamp(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Object key = attributes.fileKey();
        return new long[] {
            attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
            attributes.size(),
            key == null ? 0 : key.toString().hashCode()
        };
    }

    /** Writes a manifest that has just been parsed. What cannot be written is left out: the next run parses again. */
    static void write(Disk disk, Manifest manifest, boolean phonyCycleIsError, List<String> warnings) {
        Path path = disk.path(NAME);
        Path fresh = path.resolveSibling(NAME + ".new");
        try {
            Files.write(fresh, new byte[0]);
            Writer out = new Writer();
            out.sink.putInt(MAGIC);
            out.sink.putInt(0);
            out.putLong(stamp(fresh)[0]);
            out.sink.putInt(phonyCycleIsError ? 1 : 0);
            out.strings(manifest.files);
            long[] stamps = new long[manifest.files.size() * 3];
            for (int i = 0; i < manifest.files.size(); i++) {
                System.arraycopy(stamp(disk.path(manifest.files.get(i))), 0, stamps, i * 3, 3);
            }
            out.longs(stamps);
            out.strings(warnings);
            out.manifest(manifest);
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = out.finished();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            fresh.toFile().delete();
        }
    }

    private static final class Writer {
        private final ByteSink sink = new ByteSink(1 << 20);

        void putLong(long value) {
            sink.putInt((int) value);
            sink.putInt((int) (value >>> 32));
        }

        void longs(long[] values) {
            sink.putInt(values.length);
            for (long value : values) {
                putLong(value);
            }
        }

        void ints(int[] values) {
            sink.putInt(values.length);
            for (int value : values) {
                sink.putInt(value);
            }
        }

        void bytes(byte[] values) {
            sink.putInt(values.length);
            sink.put(values, 0, values.length);
        }

        void strings(List<String> raw) {
            sink.putInt(raw.size());
            for (String each : raw) {
                bytes(Raw.bytes(each));
            }
        }

        void table(ByteStrings table) {
            bytes(table.content());
            ints(table.starts());
            ints(table.hashes());
        }

        void manifest(Manifest manifest) {
            table(manifest.paths);
            table(manifest.texts);
            for (IntList list : manifest.lists()) {
                ints(list.toArray());
            }
            sink.putInt(manifest.rules.size());
            for (Rule rule : manifest.rules) {
                sink.putInt(rule.name());
                sink.putInt(rule.variables().size());
                for (int i = 0; i < rule.variables().size(); i++) {
                    sink.putInt(rule.variables().get(i));
                    ints(rule.templates().get(i).parts());
                }
            }
            sink.putInt(manifest.scopes.size());
            for (Scope scope : manifest.scopes) {
                Scope parent = scope.parent();
                sink.putInt(parent == null ? Manifest.NONE : parent.index());
                sink.putInt(scope.variables().size());
                for (Map.Entry<Integer, Integer> variable : scope.variables().entrySet()) {
                    sink.putInt(variable.getKey());
                    sink.putInt(variable.getValue());
                }
            }
            longs(manifest.knownHashes());
            bytes(manifest.knownTraits());
        }

        ByteBuffer finished() {
            ByteBuffer bytes = ByteBuffer.wrap(sink.array(), 0, sink.length()).order(ByteOrder.LITTLE_ENDIAN);
            CRC32C crc = new CRC32C();
            crc.update(sink.array(), 8, sink.length() - 8);
            bytes.putInt(4, (int) crc.getValue());
            return bytes;
        }
    }

    private static final class Reader {
        private final ByteBuffer bytes;

        Reader(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        private int count(int width) {
            int count = bytes.getInt();
            if (count < 0 || (long) count * width > bytes.remaining()) {
                throw new BufferUnderflowException();
            }
            return count;
        }

        int[] ints() {
            int[] values = new int[count(4)];
            bytes.asIntBuffer().get(values);
            bytes.position(bytes.position() + values.length * 4);
            return values;
        }

        long[] longs() {
            long[] values = new long[count(8)];
            bytes.asLongBuffer().get(values);
            bytes.position(bytes.position() + values.length * 8);
            return values;
        }

        byte[] bytes() {
            byte[] values = new byte[count(1)];
            bytes.get(values);
            return values;
        }

        List<String> strings() {
            int count = count(4);
            List<String> list = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                list.add(Raw.of(bytes()));
            }
            return list;
        }

        private ByteStrings table() {
            byte[] content = bytes();
            return new ByteStrings(content, ints(), ints());
        }

        Manifest manifest(Places places) {
            Manifest manifest = new Manifest(places, table(), table());
            for (IntList list : manifest.lists()) {
                list.take(ints());
            }
            for (int count = count(8); count > 0; count--) {
                manifest.rules.add(rule());
            }
            for (int count = count(8); count > 0; count--) {
                int parent = bytes.getInt();
                Scope scope =
                        new Scope(parent == Manifest.NONE ? null : manifest.scopes.get(parent), manifest.scopes.size());
                for (int variables = count(8); variables > 0; variables--) {
                    scope.set(bytes.getInt(), bytes.getInt());
                }
                manifest.scopes.add(scope);
            }
            manifest.know(longs(), bytes());
            return manifest;
        }

        private Rule rule() {
            int name = bytes.getInt();
            int count = count(8);
            List<Integer> variables = new ArrayList<>(count);
            List<Template> templates = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                variables.add(bytes.getInt());
                templates.add(new Template(ints()));
            }
            return new Rule(name, variables, templates);
        }
    }
}
