package dev.heddle.core.derivation;

import dev.heddle.core.derivation.Derivation.Output;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The text form of derivations, in which they are stored and hashed: one line, without spaces or an end of line.
 *
 * <pre>
 * Derive([("OUT","PATH","ALGO","HASH"),...],[("DRV",["out",...]),...],["SRC",...],
 *        "PLATFORM","BUILDER",["ARG",...],[("KEY","VALUE"),...])
 * </pre>
 *
 * <p>Within quotes {@code \" \\ \n \r \t} stand for what they do elsewhere; every other byte stands for itself. Outputs, inputs,
 * sources and environment rise in the order of their bytes. An output has a path alone (input addressed); a path, algorithm and
 * base-16 hash (fixed); an algorithm alone (floating), with {@code impure} for a hash (impure); or nothing (deferred). The
 * algorithm may have a {@link ContentMethod} before it.
 *
 * <p><b>Strictness.</b> Reading takes exactly what writing gives, so that the bytes, and with them every hash, survive; at
 * most {@value #MAX_BYTES} bytes. The form {@code DrvWithVersion} of outputs that are derivations themselves is refused.
 */
public final class DerivationText {

    /** Far above any real derivation, whose environment must fit what the system gives a process. */
    public static final int MAX_BYTES = 64 << 20;

    private static final String IMPURE = "impure";

    private DerivationText() {}

    /**
     * Reads a derivation.
     *
     * @throws DerivationFormatException if {@code bytes} are not exactly one derivation
     */
    public static Derivation read(byte[] bytes) throws DerivationFormatException {
        if (bytes.length > MAX_BYTES) {
            throw new DerivationFormatException(
                    MAX_BYTES, "longer than the limit of " + MAX_BYTES + " bytes: " + bytes.length);
        }
        return new Reader(new DerivationScanner(bytes)).derivation();
    }

    /** Writes a derivation. */
    public static byte[] write(Derivation derivation) {
        SortedMap<String, SortedSet<String>> inputs = new TreeMap<>();
        derivation.inputDerivations().forEach((path, outputs) -> inputs.put(path.toString(), outputs));
        return write(derivation, inputs);
    }

    /**
     * Writes a derivation with something else in the place of its input derivations: what their outputs' paths are hashed
     * from.
     *
     * @param inputs what stands for each input derivation, and the outputs needed of it
     */
    static byte[] write(Derivation derivation, SortedMap<String, SortedSet<String>> inputs) {
        return new Writer().derivation(derivation, inputs);
    }

    private record Reader(DerivationScanner in) {

        Derivation derivation() throws DerivationFormatException {
            if (in.lookingAt("DrvWithVersion(")) {
                throw in.error("derivations with dynamic inputs (DrvWithVersion) are not supported");
            }
            in.expect("Derive(");
            SortedMap<String, Output> outputs = new TreeMap<>(ByteText.ORDER);
            in.list(() -> output(outputs));
            in.expect(",");
            SortedMap<StorePath, SortedSet<String>> inputs = new TreeMap<>();
            in.list(() -> input(inputs));
            in.expect(",");
            SortedSet<StorePath> sources = new TreeSet<>();
            in.list(() -> sources.add(in.rising(path(), last(sources), Comparator.naturalOrder())));
            in.expect(",");
            String platform = in.string();
            in.expect(",");
            String builder = in.string();
            in.expect(",");
            List<String> arguments = new ArrayList<>();
            in.list(() -> arguments.add(in.string()));
            in.expect(",");
            SortedMap<String, String> environment = new TreeMap<>(ByteText.ORDER);
            in.list(() -> variable(environment));
            in.expect(")");
            in.expectEnd();
            return in.valid(
                    0, () -> new Derivation(outputs, inputs, sources, platform, builder, arguments, environment));
        }

        private static <T> @Nullable T last(SortedSet<T> read) {
            return read.isEmpty() ? null : read.last();
        }

        private static <T> @Nullable T last(SortedMap<T, ?> read) {
            return read.isEmpty() ? null : read.lastKey();
        }

        private void output(SortedMap<String, Output> outputs) throws DerivationFormatException {
            in.expect("(");
            String name = in.rising(in.string(), last(outputs), ByteText.ORDER);
            in.expect(",");
            int start = in.offset();
            String path = in.string();
            in.expect(",");
            String algorithm = in.string();
            in.expect(",");
            String hash = in.string();
            in.expect(")");
            outputs.put(name, in.valid(start, () -> output(path, algorithm, hash)));
        }

        private static Output output(String path, String algorithm, String hash) {
            if (algorithm.isEmpty()) {
                if (!hash.isEmpty()) {
                    throw new IllegalArgumentException("an output has a hash, but no algorithm");
                }
                return path.isEmpty() ? new Output.Deferred() : new Output.InputAddressed(StorePath.parse(path));
            }
            ContentMethod method = ContentMethod.ofPrefixed(algorithm);
            Digest.Algorithm known =
                    Digest.Algorithm.of(algorithm.substring(method.prefix().length()));
            if (path.isEmpty() && hash.isEmpty()) {
                return new Output.Floating(method, known);
            }
            if (path.isEmpty() && hash.equals(IMPURE)) {
                return new Output.Impure(method, known);
            }
            Digest digest = Digest.parse(known, hash);
            if (path.isEmpty() || !digest.base16().equals(hash)) {
                throw new IllegalArgumentException(
                        path.isEmpty()
                                ? "an output of fixed content has no path"
                                : "the hash of an output must be in lower-case base 16");
            }
            return new Output.Fixed(StorePath.parse(path), method, digest);
        }

        private void input(SortedMap<StorePath, SortedSet<String>> inputs) throws DerivationFormatException {
            in.expect("(");
            StorePath path = in.rising(path(), last(inputs), Comparator.naturalOrder());
            in.expect(",");
            SortedSet<String> names = new TreeSet<>(ByteText.ORDER);
            in.list(() -> names.add(in.rising(in.string(), last(names), ByteText.ORDER)));
            in.expect(")");
            inputs.put(path, names);
        }

        private StorePath path() throws DerivationFormatException {
            int start = in.offset();
            String text = in.string();
            return in.valid(start, () -> StorePath.parse(text));
        }

        private void variable(SortedMap<String, String> environment) throws DerivationFormatException {
            in.expect("(");
            String key = in.rising(in.string(), last(environment), ByteText.ORDER);
            in.expect(",");
            environment.put(key, in.string());
            in.expect(")");
        }
    }

    private static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        byte[] derivation(Derivation derivation, SortedMap<String, SortedSet<String>> inputs) {
            raw("Derive(");
            list(derivation.outputs().entrySet(), output -> {
                raw("(");
                string(output.getKey());
                output(output.getValue());
                raw(")");
            });
            raw(",");
            list(inputs.entrySet(), input -> {
                raw("(");
                string(input.getKey());
                raw(",");
                list(input.getValue(), this::string);
                raw(")");
            });
            raw(",");
            list(derivation.inputSources(), path -> string(path.toString()));
            raw(",");
            string(derivation.platform());
            raw(",");
            string(derivation.builder());
            raw(",");
            list(derivation.arguments(), this::string);
            raw(",");
            list(derivation.environment().entrySet(), variable -> {
                raw("(");
                string(variable.getKey());
                raw(",");
                string(variable.getValue());
                raw(")");
            });
            raw(")");
            return out.toByteArray();
        }

        private void output(Output output) {
            if (output instanceof Output.InputAddressed known) {
                strings(known.path().toString(), "", "");
            } else if (output instanceof Output.Fixed fixed) {
                strings(
                        fixed.path().toString(),
                        fixed.method().prefix() + fixed.hash().algorithm(),
                        fixed.hash().base16());
            } else if (output instanceof Output.Floating floating) {
                strings("", floating.method().prefix() + floating.algorithm(), "");
            } else if (output instanceof Output.Impure impure) {
                strings("", impure.method().prefix() + impure.algorithm(), IMPURE);
            } else {
                strings("", "", "");
            }
        }

        private void strings(String... more) {
            for (String text : more) {
                raw(",");
                string(text);
            }
        }

        private interface Item<T> {
            void write(T item);
        }

        private <T> void list(Collection<T> items, Item<? super T> item) {
            raw("[");
            for (Iterator<T> i = items.iterator(); i.hasNext(); ) {
                item.write(i.next());
                if (i.hasNext()) {
                    raw(",");
                }
            }
            raw("]");
        }

        private void raw(String text) {
            out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }

        private void string(String text) {
            out.write('"');
            for (byte b : ByteText.encode(text)) {
                int escaped = "\"\\\n\r\t".indexOf(b);
                if (b >= 0 && escaped >= 0) {
                    out.write('\\');
                    out.write("\"\\nrt".charAt(escaped));
                } else {
                    out.write(b);
                }
            }
            out.write('"');
        }
    }
}
