package dev.heddle.store.nar;

import dev.heddle.store.disk.RawName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is in an archive, without the content: the {@code .ls} file of a binary cache. With it one file of an archive can be
 * fetched alone.
 *
 * <p>The text form is JSON in one line, as Nix writes it:
 *
 * <pre>
 * {"version":1,"root":NODE}
 * NODE = {"type":"regular","size":N[,"executable":true],"narOffset":N}
 *      | {"type":"symlink","target":TEXT}
 *      | {"type":"directory","entries":{NAME:NODE,...}}
 * </pre>
 *
 * <p>Names and targets are raw bytes, also those that are not UTF-8, so such a file is no strict JSON, as Nix's is not.
 *
 * @param root what the archive holds
 */
public record NarListing(Node root) {

    /** Longer files are refused: about a million entries. */
    public static final int MAX_BYTES = 128 << 20;

    /** The only version there is. */
    static final int VERSION = 1;

    /** Something in an archive. */
    public sealed interface Node {}

    /**
     * A regular file.
     *
     * @param size number of bytes
     * @param executable whether its owner may execute it
     * @param offset where its bytes begin in the archive that is not compressed; -1 if it is not known
     */
    public record File(long size, boolean executable, long offset) implements Node {}

    /**
     * A symbolic link.
     *
     * @param target what it points at
     */
    public record Symlink(RawName target) implements Node {}

    /**
     * A directory.
     *
     * @param entries what is in it, in the order of the archive
     */
    public record Directory(SortedMap<RawName, Node> entries) implements Node {
        /** Copies the entries. */
        public Directory {
            entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
        }
    }

    /** The listing of the rest of {@code archive}, which is read to its end; about 200 bytes of memory for each entry. */
    public static NarListing of(NarReader archive) throws IOException {
        Deque<SortedMap<RawName, Node>> open = new ArrayDeque<>();
        Deque<RawName> names = new ArrayDeque<>();
        @Nullable Node root = null;
        for (NarEntry entry = archive.next(); entry != null; entry = archive.next()) {
            RawName name;
            Node node;
            if (entry instanceof NarEntry.Directory directory) {
                open.push(new TreeMap<>());
                names.push(directory.name());
                continue;
            } else if (entry instanceof NarEntry.File file) {
                name = file.name();
                node = new File(file.size(), file.executable(), file.offset());
            } else if (entry instanceof NarEntry.Symlink link) {
                name = link.name();
                node = new Symlink(link.target());
            } else {
                name = names.pop();
                node = new Directory(open.pop());
            }
            if (open.isEmpty()) {
                root = node;
            } else {
                open.element().put(name, node);
            }
        }
        if (root == null) {
            throw new IllegalStateException("the archive has been read before");
        }
        return new NarListing(root);
    }

    /**
     * Reads the text form. Fields that are not known are passed over; an offset may be missing.
     *
     * @param name the file's name, for messages
     * @throws IOException if {@code bytes} are no listing; the message begins with {@code NAME:LINE:COLUMN}
     */
    public static NarListing read(byte[] bytes, String name) throws IOException {
        return NarListingReader.read(bytes, name);
    }

    /** The text form. */
    public byte[] write() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ascii(out, "{\"version\":" + VERSION + ",\"root\":");
        write(root, out);
        out.write('}');
        return out.toByteArray();
    }

    private static void write(Node node, ByteArrayOutputStream out) {
        if (node instanceof File file) {
            ascii(
                    out,
                    "{\"type\":\"regular\",\"size\":" + file.size()
                            + (file.executable() ? ",\"executable\":true" : ""));
            ascii(out, file.offset() < 0 ? "}" : ",\"narOffset\":" + file.offset() + "}");
        } else if (node instanceof Symlink link) {
            ascii(out, "{\"type\":\"symlink\",\"target\":");
            string(out, link.target());
            out.write('}');
        } else if (node instanceof Directory directory) {
            ascii(out, "{\"type\":\"directory\",\"entries\":{");
            boolean first = true;
            for (Map.Entry<RawName, Node> entry : directory.entries().entrySet()) {
                ascii(out, first ? "" : ",");
                first = false;
                string(out, entry.getKey());
                out.write(':');
                write(entry.getValue(), out);
            }
            ascii(out, "}}");
        }
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        for (int i = 0; i < text.length(); i++) {
            out.write(text.charAt(i));
        }
    }

    private static void string(ByteArrayOutputStream out, RawName name) {
        out.write('"');
        for (byte b : name.bytes()) {
            int escaped = "\"\\\n\r\t".indexOf(b);
            if (b >= 0 && escaped >= 0) {
                out.write('\\');
                out.write("\"\\nrt".charAt(escaped));
            } else if (b >= 0 && b < ' ') {
                ascii(out, String.format("\\u%04x", (int) b));
            } else {
                out.write(b);
            }
        }
        out.write('"');
    }
}
