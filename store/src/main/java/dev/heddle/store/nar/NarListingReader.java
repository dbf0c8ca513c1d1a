package dev.heddle.store.nar;

import dev.heddle.core.derivation.ByteText;
import dev.heddle.core.json.JsonFormat;
import dev.heddle.core.json.JsonInput;
import dev.heddle.core.json.JsonInputException;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.nar.NarListing.Node;
import java.io.IOException;
import java.io.StringReader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the text form of a listing. */
final class NarListingReader {

    /** An object for each directory, one for its entries, one for the file in the innermost, one around everything. */
    private static final int JSON_DEPTH = 2 * NarLimits.MAX_DEPTH + 2;

    private final JsonInput in;

    private NarListingReader(JsonInput in) {
        this.in = in;
    }

    static NarListing read(byte[] bytes, String name) throws IOException {
        if (bytes.length > NarListing.MAX_BYTES) {
            throw new IOException(name + ":1:1: longer than " + NarListing.MAX_BYTES + " bytes: " + bytes.length);
        }
        // Names need not be UTF-8; the text carries every byte, and the parser does not mind what stands for them.
        StringReader text = new StringReader(ByteText.decode(bytes, 0, bytes.length));
        try {
            NarListingReader reader = new NarListingReader(new JsonFormat(JSON_DEPTH).open(text, name));
            NarListing listing = reader.listing();
            reader.in.end();
            return listing;
        } catch (JsonInputException e) {
            throw new IOException(e.place() + ": " + e.getMessage(), e);
        }
    }

    private NarListing listing() throws IOException {
        @Nullable Integer version = null;
        @Nullable Node root = null;
        in.beginObject();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            switch (field) {
                case "version" -> version = in.integer(NarListing.VERSION, NarListing.VERSION);
                case "root" -> root = node();
                default -> in.skip();
            }
        }
        in.required(version, "version");
        return new NarListing(in.required(root, "root"));
    }

    /** The fields may come in any order, so all that a node can have is kept until its type is known. */
    private Node node() throws IOException {
        @Nullable String type = null;
        @Nullable Long size = null;
        long offset = -1;
        boolean executable = false;
        @Nullable RawName target = null;
        @Nullable SortedMap<RawName, Node> entries = null;
        in.beginObject();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            switch (field) {
                case "type" -> type = in.string();
                case "size" -> size = in.integer(0, Long.MAX_VALUE);
                case "narOffset" -> offset = in.integer(0, Long.MAX_VALUE);
                case "executable" -> executable = in.bool();
                case "target" -> target = raw(in.string());
                case "entries" -> entries = entries();
                default -> in.skip();
            }
        }
        return switch (in.required(type, "type")) {
            case "regular" -> new NarListing.File(in.required(size, "size"), executable, offset);
            case "symlink" -> new NarListing.Symlink(in.required(target, "target"));
            case "directory" -> new NarListing.Directory(in.required(entries, "entries"));
            default -> throw in.error("the type is none of regular, symlink, directory");
        };
    }

    private SortedMap<RawName, Node> entries() throws IOException {
        SortedMap<RawName, Node> entries = new TreeMap<>();
        in.beginObject();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            RawName name = raw(field);
            if (!name.isFileName() || name.length() > NarLimits.MAX_NAME_BYTES) {
                throw in.error("'" + name + "' cannot be the name of an entry");
            }
            entries.put(name, node());
        }
        return entries;
    }

    private RawName raw(String text) {
        try {
            return RawName.of(ByteText.encode(text));
        } catch (IllegalArgumentException e) {
            throw in.error("the text has half a character, which stands for no byte");
        }
    }
}
