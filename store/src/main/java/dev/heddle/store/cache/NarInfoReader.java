package dev.heddle.store.cache;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSignature;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one narinfo, line after line. */
final class NarInfoReader {

    private static final Set<String> KNOWN = Set.of(
            "StorePath",
            "URL",
            "Compression",
            "FileHash",
            "FileSize",
            "NarHash",
            "NarSize",
            "References",
            "Deriver",
            "CA");

    private record Value(int line, String text) {}

    private final String storeDirectory;
    private final Map<String, Value> values = new HashMap<>();
    private final List<Value> signatures = new ArrayList<>();
    private int lines;

    NarInfoReader(String storeDirectory) {
        this.storeDirectory = storeDirectory;
    }

    NarInfo read(byte[] bytes) throws NarInfoException {
        if (bytes.length > NarInfo.MAX_BYTES) {
            throw new NarInfoException(1, "longer than " + NarInfo.MAX_BYTES + " bytes: " + bytes.length);
        }
        split(text(bytes));
        StorePath path = required("StorePath", StorePath::parse);
        if (!path.storeDirectory().equals(storeDirectory)) {
            throw new NarInfoException(line("StorePath"), path + " is of another store; this one is " + storeDirectory);
        }
        String url = required("URL", Function.identity());
        Digest narHash = required("NarHash", Digest::parse);
        long narSize = required("NarSize", NarInfoReader::size);
        PathInfo info = valid(
                line("NarHash"),
                () -> PathInfo.of(path, narHash, narSize, optional("References", this::references, List.of())));
        info = withClaims(info);
        String compression = optional("Compression", Function.identity(), NarInfo.OLD_COMPRESSION);
        @Nullable Digest fileHash = values.containsKey("FileHash") ? required("FileHash", Digest::parse) : null;
        long fileSize = optional("FileSize", NarInfoReader::size, -1L);
        PathInfo told = info;
        return valid(line("URL"), () -> new NarInfo(told, url, compression, fileHash, fileSize));
    }

    private PathInfo withClaims(PathInfo info) throws NarInfoException {
        PathInfo told = info;
        @Nullable Value deriver = values.get("Deriver");
        if (deriver != null && !deriver.text().equals(NarInfo.UNKNOWN_DERIVER)) {
            told = told.withDeriver(required("Deriver", this::inStore));
        }
        List<PathSignature> signedBy = new ArrayList<>();
        for (Value signature : signatures) {
            signedBy.add(valid(signature.line(), () -> PathSignature.parse(signature.text())));
        }
        told = told.withSignatures(signedBy);
        return values.containsKey("CA") ? told.withContentAddress(required("CA", ContentAddress::parse)) : told;
    }

    private static String text(byte[] bytes) throws NarInfoException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new NarInfoException(1, "not UTF-8");
        }
    }

    private void split(String text) throws NarInfoException {
        for (int at = 0; at < text.length(); ) {
            lines++;
            int end = text.indexOf('\n', at);
            if (end < 0) {
                throw new NarInfoException(lines, "the last line has no end: the file is cut");
            }
            int colon = text.indexOf(": ", at);
            if (colon < 0 || colon > end) {
                throw new NarInfoException(lines, "wanted 'KEY: VALUE'");
            }
            String key = text.substring(at, colon);
            Value value = new Value(lines, text.substring(colon + 2, end));
            if (key.equals("Sig")) {
                if (signatures.size() == NarInfo.MAX_SIGNATURES) {
                    throw new NarInfoException(lines, "more than " + NarInfo.MAX_SIGNATURES + " signatures");
                }
                signatures.add(value);
            } else if (KNOWN.contains(key) && values.put(key, value) != null) {
                throw new NarInfoException(lines, key + " stands twice");
            }
            at = end + 1;
        }
    }

    private int line(String key) {
        @Nullable Value value = values.get(key);
        return value == null ? lines + 1 : value.line();
    }

    private <T> T required(String key, Function<String, T> reader) throws NarInfoException {
        @Nullable Value value = values.get(key);
        if (value == null) {
            throw new NarInfoException(lines + 1, "there is no " + key);
        }
        return valid(value.line(), () -> reader.apply(value.text()));
    }

    private <T> T optional(String key, Function<String, T> reader, T otherwise) throws NarInfoException {
        return values.containsKey(key) ? required(key, reader) : otherwise;
    }

    private interface Making<T> {
        T make() throws NarInfoException;
    }

    private static <T> T valid(int line, Making<T> making) throws NarInfoException {
        try {
            return making.make();
        } catch (IllegalArgumentException e) {
            throw new NarInfoException(line, String.valueOf(e.getMessage()));
        }
    }

    private static long size(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 18;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        if (!digits) {
            throw new IllegalArgumentException("a size in bytes has 1 to 18 digits and nothing else");
        }
        return Long.parseLong(text);
    }

    private StorePath inStore(String baseName) {
        return StorePath.parse(storeDirectory + "/" + baseName);
    }

    private List<StorePath> references(String text) {
        List<StorePath> references = new ArrayList<>();
        for (String name : text.split(" ", -1)) {
            if (!name.isEmpty()) {
                references.add(inStore(name));
            }
        }
        return references;
    }
}
