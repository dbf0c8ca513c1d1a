package dev.heddle.store.nar;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Archives put together by hand, right or wrong, and read to their end. */
final class Archives {

    private Archives() {}

    /** Each argument as a string of the format; a {@code byte[]} is taken as it is, a {@code Long} is a bare word. */
    static byte[] of(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Long word) {
                bytes.writeBytes(word(word));
            } else if (part instanceof byte[] raw) {
                bytes.writeBytes(raw);
            } else {
                byte[] text = ((String) part).getBytes(StandardCharsets.UTF_8);
                bytes.writeBytes(word(text.length));
                bytes.writeBytes(text);
                bytes.writeBytes(new byte[-text.length & 7]);
            }
        }
        return bytes.toByteArray();
    }

    /** Words of the format, separated by blanks, as strings of it; {@code ''} is the empty one. */
    static byte[] words(String... lines) {
        return of(Stream.of(lines)
                .flatMap(line -> Stream.of(line.split(" ")))
                .map(word -> word.equals("''") ? "" : word)
                .toArray());
    }

    static byte[] word(long value) {
        return ByteBuffer.allocate(8).putLong(Long.reverseBytes(value)).array();
    }

    /** An archive of a directory with one entry for each name, an empty file. */
    static byte[] directoryOf(String... names) {
        List<Object> parts = new ArrayList<>(List.of("nix-archive-1", "(", "type", "directory"));
        for (String name : names) {
            parts.addAll(List.of("entry", "(", "name", name, "node", "(", "type", "regular", "contents", "", ")", ")"));
        }
        parts.add(")");
        return of(parts.toArray());
    }

    /** An archive of {@code depth} directories inside one another. */
    static byte[] nested(int depth) {
        List<Object> parts = new ArrayList<>(List.of("nix-archive-1"));
        for (int i = 1; i <= depth; i++) {
            parts.addAll(List.of("(", "type", "directory"));
            if (i < depth) {
                parts.addAll(List.of("entry", "(", "name", "d", "node"));
            }
        }
        for (int i = depth; i >= 1; i--) {
            parts.add(")");
            if (i > 1) {
                parts.add(")");
            }
        }
        return of(parts.toArray());
    }

    static List<NarEntry> entries(byte[] archive) throws IOException {
        NarReader reader = NarReader.of(new ByteArrayInputStream(archive), NarLimits.DEFAULT);
        List<NarEntry> entries = new ArrayList<>();
        for (NarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        return entries;
    }

    /** Reads an archive and writes what was read. */
    static byte[] rewritten(InputStream archive) throws IOException {
        NarReader reader = NarReader.of(archive, NarLimits.DEFAULT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NarWriter writer = new NarWriter(out, NarLimits.DEFAULT);
        for (NarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            if (entry instanceof NarEntry.File file) {
                writer.file(file.name(), file.executable(), file.size(), Channels.newChannel(contents(reader)));
            } else if (entry instanceof NarEntry.Symlink link) {
                writer.symlink(link.name(), link.target());
            } else if (entry instanceof NarEntry.Directory directory) {
                writer.directory(directory.name());
            } else {
                writer.endDirectory();
            }
        }
        writer.finish();
        return out.toByteArray();
    }

    static InputStream contents(NarReader reader) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                return reader.read(into, from, length);
            }
        };
    }
}
