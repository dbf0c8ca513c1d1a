package dev.heddle.store;

import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.Derivation.Output;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Derivations that chance decides, each in Nix's language and as Heddle makes it. */
final class RandomDerivations {

    private static final String STORE = "/nix/store";
    private static final String[] PIECES = {
        "a", "Z", "0", " ", "\n", "\t", "\r", "\"", "\\", "$", "'", "\u00e9", "\u65e5\u672c", "\ud83d\ude00", ";", "="
    };

    /** One of them. */
    record Made(StorePath path, Derivation derivation) {}

    private final Random random;
    private final OutputPaths paths = new OutputPaths();
    private final List<Made> made = new ArrayList<>();
    private final Map<StorePath, Derivation> byPath = new HashMap<>();
    private final StringBuilder expression = new StringBuilder("let\n");

    RandomDerivations(Random random, int count) {
        this.random = random;
        for (int i = 0; i < count; i++) {
            add(i);
        }
        expression.append("in [");
        for (int i = 0; i < count; i++) {
            expression.append(" d").append(i);
        }
        expression.append(" ]\n");
    }

    /** All of them, in Nix's language: a list. */
    String expression() {
        return expression.toString();
    }

    /** All of them, in the order of the list. */
    List<Made> made() {
        return made;
    }

    private void add(int number) {
        String name = "n" + number + (random.nextBoolean() ? "-1.0+x_y?=z" : "");
        SortedMap<String, Output> outputs = new TreeMap<>();
        SortedMap<String, String> environment = new TreeMap<>();
        SortedMap<StorePath, SortedSet<String>> inputs = new TreeMap<>();
        SortedSet<StorePath> sources = new TreeSet<>();
        StringBuilder attributes = new StringBuilder();
        put(environment, attributes, "name", name);
        put(environment, attributes, "system", random.nextBoolean() ? "x86_64-linux" : "other");
        put(environment, attributes, "builder", "/bin/sh");
        outputs(name, outputs, environment, attributes);
        for (int i = random.nextInt(4); i > 0; i--) {
            put(environment, attributes, "v" + i, text());
        }
        for (int i = random.nextInt(number == 0 ? 1 : 4); i > 0; i--) {
            depend("dep" + i, inputs, environment, attributes);
        }
        if (random.nextInt(3) == 0) {
            source(number, sources, environment, attributes);
        }
        List<String> arguments = new ArrayList<>();
        attributes.append(" args = [");
        for (int i = random.nextInt(4); i > 0; i--) {
            String argument = text();
            arguments.add(argument);
            attributes.append(' ').append(quoted(argument));
        }
        attributes.append(" ];");
        Derivation blank =
                new Derivation(outputs, inputs, sources, environment.get("system"), "/bin/sh", arguments, environment);
        Derivation whole = paths.resolve(STORE, name, blank, path -> Objects.requireNonNull(byPath.get(path)));
        StorePath path = whole.storePath(STORE, name);
        made.add(new Made(path, whole));
        byPath.put(path, whole);
        expression
                .append("  d")
                .append(number)
                .append(" = derivation {")
                .append(attributes)
                .append(" };\n");
    }

    private void outputs(
            String name, SortedMap<String, Output> outputs, SortedMap<String, String> env, StringBuilder attributes) {
        int kind = random.nextInt(4);
        if (kind == 0) {
            boolean flat = random.nextBoolean();
            Digest.Algorithm algorithm = Digest.Algorithm.values()[random.nextInt(4)];
            byte[] bytes = new byte[algorithm.size()];
            random.nextBytes(bytes);
            Digest hash = Digest.of(algorithm, bytes);
            put(env, attributes, "outputHashMode", flat ? "flat" : "recursive");
            put(env, attributes, "outputHashAlgo", algorithm.toString());
            put(env, attributes, "outputHash", random.nextBoolean() ? hash.nix32() : hash.base16());
            ContentMethod method = flat ? ContentMethod.FLAT : ContentMethod.RECURSIVE;
            outputs.put("out", new Output.Fixed(StorePath.ofFixed(method, hash, STORE, name), method, hash));
            env.put("out", "");
        } else if (kind == 1) {
            List<String> names = random.nextBoolean() ? List.of("out", "dev", "doc") : List.of("lib", "bin");
            attributes.append(" outputs = [");
            for (String output : names) {
                attributes.append(' ').append(quoted(output));
                outputs.put(output, new Output.Deferred());
                env.put(output, "");
            }
            attributes.append(" ];");
            env.put("outputs", String.join(" ", names));
        } else {
            outputs.put("out", new Output.Deferred());
            env.put("out", "");
        }
    }

    private void depend(
            String variable,
            SortedMap<StorePath, SortedSet<String>> inputs,
            SortedMap<String, String> environment,
            StringBuilder attributes) {
        int number = random.nextInt(made.size());
        Made dependency = made.get(number);
        List<String> names = List.copyOf(dependency.derivation().outputs().keySet());
        String output = names.get(random.nextInt(names.size()));
        inputs.computeIfAbsent(dependency.path(), key -> new TreeSet<>()).add(output);
        StorePath path = Objects.requireNonNull(dependency.derivation().output(output))
                .knownPath()
                .orElseThrow();
        environment.put(variable, "x " + path);
        attributes
                .append(' ')
                .append(variable)
                .append(" = \"x ${d")
                .append(number)
                .append('.')
                .append(output)
                .append("}\";");
    }

    private void source(
            int number, SortedSet<StorePath> sources, SortedMap<String, String> environment, StringBuilder attributes) {
        String content = text();
        Digest digest = Digest.ofContent(Digest.Algorithm.SHA256, content.getBytes(StandardCharsets.UTF_8));
        StorePath path = StorePath.ofText(digest, List.of(), STORE, "t" + number);
        sources.add(path);
        environment.put("src", path.toString());
        attributes
                .append(" src = builtins.toFile \"t")
                .append(number)
                .append("\" ")
                .append(quoted(content))
                .append(';');
    }

    private static void put(SortedMap<String, String> environment, StringBuilder attributes, String key, String value) {
        environment.put(key, value);
        attributes.append(' ').append(key).append(" = ").append(quoted(value)).append(';');
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static String quoted(String text) {
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\r", "\\r")
                        .replace("$", "\\$")
                + '"';
    }
}
