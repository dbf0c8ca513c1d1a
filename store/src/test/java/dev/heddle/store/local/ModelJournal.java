package dev.heddle.store.local;

import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * Lines that are kept in whole groups: a group is a line {@code CHECKSUM LENGTH} and so many bytes. What a cut left of a group
 * at the end is dropped when the journal is opened. Used by one thread at a time.
 */
final class ModelJournal implements Closeable {

    private final Folder folder;
    private final RawName name;
    /** Whether the end of the file may be part of a group, so that nothing may be written behind it. */
    private boolean torn;

    private ModelJournal(Folder folder, RawName name, boolean torn) {
        this.folder = folder;
        this.name = name;
        this.torn = torn;
    }

    /** Opens the file, and makes it if it is missing; every line that is kept goes to {@code reader}. */
    static ModelJournal open(Folder folder, RawName name, Consumer<String> reader) throws IOException {
        boolean torn = false;
        if (folder.exists(name)) {
            byte[] bytes;
            try (InputStream in = Channels.newInputStream(folder.read(name))) {
                bytes = in.readAllBytes();
            }
            torn = read(new String(bytes, StandardCharsets.ISO_8859_1), reader) != bytes.length;
        } else {
            folder.create(name, 0644).close();
            folder.sync(name);
            folder.sync();
        }
        return new ModelJournal(folder, name, torn);
    }

    private static int read(String text, Consumer<String> reader) {
        int at = 0;
        while (true) {
            int end = text.indexOf('\n', at);
            if (end < 0 || !text.substring(at, end).matches("[0-9a-f]+ [0-9]{1,9}")) {
                return at;
            }
            String[] head = text.substring(at, end).split(" ");
            int length = Integer.parseInt(head[1]);
            if (text.length() - end - 1 < length) {
                return at;
            }
            String group = text.substring(end + 1, end + 1 + length);
            if (!checksum(group).equals(head[0])) {
                return at;
            }
            group.lines().forEach(reader);
            at = end + 1 + length;
        }
    }

    private static String checksum(String group) {
        CRC32 sum = new CRC32();
        sum.update(group.getBytes(StandardCharsets.ISO_8859_1));
        return Long.toHexString(sum.getValue());
    }

    /**
     * Keeps lines for good. Whether they are kept is open if this throws.
     *
     * @param before the lines of all that was kept before, for when the file has to be written anew
     */
    void append(List<String> lines, Supplier<List<String>> before) throws IOException {
        if (torn) {
            rewrite(before.get());
        }
        torn = true;
        try (WritableByteChannel out = folder.append(name, 0644)) {
            write(out, lines);
        }
        folder.sync(name);
        torn = false;
    }

    private void rewrite(List<String> lines) throws IOException {
        RawName fresh = RawName.of("journal.new");
        if (folder.exists(fresh)) {
            folder.delete(fresh);
        }
        try (WritableByteChannel out = folder.create(fresh, 0644)) {
            if (!lines.isEmpty()) {
                write(out, lines);
            }
        }
        folder.sync(fresh);
        folder.move(fresh, folder, name);
        folder.sync();
    }

    private static void write(WritableByteChannel out, List<String> lines) throws IOException {
        String group = String.join("\n", lines) + "\n";
        String text = checksum(group) + " " + group.length() + "\n" + group;
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
