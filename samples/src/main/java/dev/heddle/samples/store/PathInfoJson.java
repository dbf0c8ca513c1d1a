package dev.heddle.samples.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.heddle.store.PathInfo;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Collection;
import java.util.List;

/** What is known of paths as JSON, with the names that {@code nix path-info --json} has. */
final class PathInfoJson {

    private PathInfoJson() {}

    /** Writes a list of objects and a line's end to standard output. */
    static void write(List<PathInfo> infos) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartArray();
            for (PathInfo info : infos) {
                write(json, info);
            }
            json.writeEndArray();
        }
        System.out.println(text);
    }

    private static void write(JsonGenerator json, PathInfo info) throws IOException {
        json.writeStartObject();
        json.writeStringField("path", info.path().toString());
        json.writeStringField("narHash", info.narHash().toString());
        json.writeNumberField("narSize", info.narSize());
        strings(json, "references", info.references());
        if (info.deriver() != null) {
            json.writeStringField("deriver", info.deriver().toString());
        }
        json.writeNumberField("registrationTime", info.registered().getEpochSecond());
        if (info.ultimate()) {
            json.writeBooleanField("ultimate", true);
        }
        if (!info.signatures().isEmpty()) {
            strings(json, "signatures", info.signatures());
        }
        if (info.contentAddress() != null) {
            json.writeStringField("ca", info.contentAddress().toString());
        }
        json.writeBooleanField("valid", true);
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, Collection<?> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (Object value : values) {
            json.writeString(value.toString());
        }
        json.writeEndArray();
    }
}
