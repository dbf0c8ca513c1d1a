package dev.heddle.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;

/**
 * Opens readers and writers of JSON with bounds that no honest file reaches. Safe for several threads; buffers are shared by what
 * one instance opens, and by nothing else.
 */
public final class JsonFormat {
    /** Most characters of a string or of the name of a field. */
    public static final int MAX_STRING = 16 << 20;

    /** How deep objects and arrays may be nested. */
    public static final int MAX_DEPTH = 32;

    private static final int MAX_NUMBER = 64;

    private final JsonFactory factory;

    /** A format with buffers of its own, as deep as {@link #MAX_DEPTH}. */
    public JsonFormat() {
        this(MAX_DEPTH);
    }

    /**
     * A format with buffers of its own.
     *
     * @param depth how deep objects and arrays may be nested
     */
    public JsonFormat(int depth) {
        factory = new JsonFactoryBuilder()
                .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(depth)
                        .maxStringLength(MAX_STRING)
                        .maxNameLength(MAX_STRING)
                        .maxNumberLength(MAX_NUMBER)
                        .build())
                .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                .build();
    }

    /** Reads one text; the stream stays open. */
    public JsonInput open(InputStream in, String name) throws IOException {
        return open(in, name, 1);
    }

    /** Reads one text that is decoded already; columns count characters. */
    public JsonInput open(Reader in, String name) throws IOException {
        return new JsonInput(factory.createParser(in), name, 1);
    }

    /** Reads one text that is a line of something larger. */
    public JsonInput open(byte[] bytes, int length, String name, int line) throws IOException {
        return open(new ByteArrayInputStream(bytes, 0, length), name, line);
    }

    private JsonInput open(InputStream in, String name, int line) throws IOException {
        try {
            return new JsonInput(factory.createParser(in), name, line);
        } catch (CharConversionException e) {
            throw new JsonInputException("not JSON in UTF-8", name + ":" + line + ":1");
        }
    }

    /** Writes UTF-8; the stream stays open. */
    public JsonGenerator write(OutputStream out) throws IOException {
        return factory.createGenerator(out);
    }
}
