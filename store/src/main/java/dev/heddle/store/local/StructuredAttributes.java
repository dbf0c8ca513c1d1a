package dev.heddle.store.local;

import dev.heddle.core.derivation.ByteText;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.store.PathInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of a derivation that its builder finds in files, in the forms of Nix 2.8: {@code .attrs.json} with all of them,
 * {@code .attrs.sh} with those that a shell has words for. Immutable.
 */
final class StructuredAttributes {

    /** The variable of a derivation that holds them. */
    private static final String ATTRIBUTE = "__json";

    private static final String JSON_FILE = ".attrs.json";
    private static final String SHELL_FILE = ".attrs.sh";
    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final String GRAPH = "exportReferencesGraph";

    private final SortedMap<String, JsonValue> values;

    private StructuredAttributes(SortedMap<String, JsonValue> values) {
        this.values = values;
    }

    /**
     * Those of a derivation; empty if it has plain ones.
     *
     * @throws BuildFailure if what it has cannot be read
     */
    static Optional<StructuredAttributes> of(Derivation derivation) throws BuildFailure {
        String text = derivation.environment().get(ATTRIBUTE);
        if (text == null) {
            return Optional.empty();
        }
        try {
            if (JsonValue.parse(ByteText.encode(text)) instanceof JsonValue.Fields fields) {
                return Optional.of(new StructuredAttributes(fields.values()));
            }
            throw refused("are no object");
        } catch (BuildFailure e) {
            throw e;
        } catch (IOException e) {
            throw refused("cannot be read: " + e.getMessage());
        }
    }

    /** The files, by name. */
    SortedMap<String, byte[]> files(Derivation derivation, Rewrites rewrites, ReferencesGraph graph)
            throws IOException {
        SortedMap<String, JsonValue> all = JsonValue.fields();
        all.putAll(values);
        SortedMap<String, JsonValue> outputs = JsonValue.fields();
        derivation
                .outputs()
                .keySet()
                .forEach(name -> outputs.put(name, new JsonValue.Text(OutputPaths.placeholder(name))));
        all.put("outputs", new JsonValue.Fields(outputs));
        if (values.get(GRAPH) instanceof JsonValue.Fields graphs) {
            for (String name : graphs.values().keySet()) {
                all.put(name, references(graph.closure(strings(graphs.values(), name))));
            }
        }
        StringBuilder json = new StringBuilder();
        JsonValue.write(new JsonValue.Fields(all), json);
        SortedMap<String, byte[]> files = new TreeMap<>();
        files.put(JSON_FILE, rewrites.apply(json.toString()).getBytes(StandardCharsets.UTF_8));
        files.put(SHELL_FILE, rewrites.apply(shell(all)).getBytes(StandardCharsets.UTF_8));
        return files;
    }

    /** The variables that lead a builder in {@code directory} to the files. */
    static Map<String, String> variables(String directory) {
        return Map.of(
                "NIX_ATTRS_JSON_FILE", directory + "/" + JSON_FILE, "NIX_ATTRS_SH_FILE", directory + "/" + SHELL_FILE);
    }

    private static JsonValue references(List<PathInfo> infos) {
        Map<String, PathInfo> byPath = new HashMap<>();
        infos.forEach(info -> byPath.put(info.path().toString(), info));
        List<JsonValue> paths = new ArrayList<>();
        for (PathInfo info : infos) {
            SortedMap<String, JsonValue> fields = JsonValue.fields();
            if (info.contentAddress() != null) {
                fields.put("ca", new JsonValue.Text(info.contentAddress().toString()));
            }
            fields.put("closureSize", JsonValue.whole(closureSize(info, byPath)));
            fields.put("narHash", new JsonValue.Text(info.narHash().toString()));
            fields.put("narSize", JsonValue.whole(info.narSize()));
            fields.put("path", new JsonValue.Text(info.path().toString()));
            fields.put("references", JsonValue.texts(info.references()));
            paths.add(new JsonValue.Fields(fields));
        }
        return new JsonValue.Items(paths);
    }

    private static long closureSize(PathInfo of, Map<String, PathInfo> byPath) {
        Map<String, PathInfo> found = new HashMap<>(Map.of(of.path().toString(), of));
        List<PathInfo> open = new ArrayList<>(List.of(of));
        long size = 0;
        while (!open.isEmpty()) {
            PathInfo next = open.remove(open.size() - 1);
            size += next.narSize();
            next.references().forEach(reference -> {
                PathInfo info = byPath.get(reference.toString());
                if (info != null && found.put(reference.toString(), info) == null) {
                    open.add(info);
                }
            });
        }
        return size;
    }

    private static String shell(SortedMap<String, JsonValue> all) {
        StringBuilder text = new StringBuilder();
        all.forEach((name, value) -> {
            String declaration = SHELL_NAME.matcher(name).matches() ? declaration(name, value) : null;
            if (declaration != null) {
                text.append("declare ").append(declaration).append('\n');
            }
        });
        return text.toString();
    }

    /** Null for what a shell cannot have: fractions, and lists and objects that hold others. */
    private static @Nullable String declaration(String name, JsonValue value) {
        StringBuilder text = new StringBuilder();
        if (value instanceof JsonValue.Items list) {
            text.append("-a ").append(name).append("=(");
            for (JsonValue item : list.values()) {
                String word = word(item);
                if (word == null) {
                    return null;
                }
                text.append(word).append(' ');
            }
            return text.append(')').toString();
        }
        if (value instanceof JsonValue.Fields object) {
            text.append("-A ").append(name).append("=(");
            for (Map.Entry<String, JsonValue> field : object.values().entrySet()) {
                String word = word(field.getValue());
                if (word == null) {
                    return null;
                }
                text.append('[')
                        .append(quoted(field.getKey()))
                        .append("]=")
                        .append(word)
                        .append(' ');
            }
            return text.append(')').toString();
        }
        String word = word(value);
        return word == null ? null : name + "=" + word;
    }

    /** Numbers lose what Nix 2.8 loses of them: all but 32 bits, and fractions too small for a {@code float}. */
    private static @Nullable String word(JsonValue value) {
        if (value instanceof JsonValue.Text text) {
            return quoted(text.text());
        }
        if (value instanceof JsonValue.Whole whole) {
            return Integer.toString(whole.number().intValue());
        }
        if (value instanceof JsonValue.Real real) {
            float rounded = (float) real.number();
            if (Math.ceil(rounded) != rounded) {
                return null;
            }
            boolean fits = Math.abs(real.number()) < -(double) Integer.MIN_VALUE;
            return Integer.toString(fits ? (int) real.number() : Integer.MIN_VALUE);
        }
        if (value instanceof JsonValue.Truth truth) {
            return truth.isTrue() ? "1" : "";
        }
        return value instanceof JsonValue.Nothing ? "''" : null;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** The words of an attribute that is a list; none if there is no such attribute. */
    List<String> words(String name) throws BuildFailure {
        return values.containsKey(name) ? strings(values, name) : List.of();
    }

    /** What {@code outputChecks} asks of an output: a list that must be one, or null. */
    @Nullable
    List<String> checkedWords(String output, String rule) throws BuildFailure {
        SortedMap<String, JsonValue> checks = checks(output);
        return checks.containsKey(rule) ? strings(checks, rule) : null;
    }

    /** What {@code outputChecks} asks of an output: a number, or as much as there can be. */
    long checkedSize(String output, String rule) {
        return checks(output).get(rule) instanceof JsonValue.Whole whole
                ? whole.number().longValue()
                : Long.MAX_VALUE;
    }

    private SortedMap<String, JsonValue> checks(String output) {
        return values.get("outputChecks") instanceof JsonValue.Fields checks
                        && checks.values().get(output) instanceof JsonValue.Fields own
                ? own.values()
                : JsonValue.fields();
    }

    private static List<String> strings(SortedMap<String, JsonValue> fields, String name) throws BuildFailure {
        List<String> strings = new ArrayList<>();
        if (fields.get(name) instanceof JsonValue.Items list) {
            for (JsonValue value : list.values()) {
                if (value instanceof JsonValue.Text text) {
                    strings.add(text.text());
                }
            }
            if (strings.size() == list.values().size()) {
                return strings;
            }
        }
        throw refused("have an attribute '" + name + "' that is no list of strings");
    }

    private static BuildFailure refused(String what) {
        return new BuildFailure(
                BuildResult.Failure.REFUSED, "the structured attributes (__json) of the derivation " + what);
    }
}
