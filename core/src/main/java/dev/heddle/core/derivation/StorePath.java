package dev.heddle.core.derivation;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The path of something in a store: {@code DIRECTORY/HASH-NAME}.
 *
 * <p>The rules are Nix's. A name has 1 to {@value #MAX_NAME} characters of {@code 0-9 a-z A-Z + - . _ ? =} and is not
 * {@code .} or {@code ..}, nor does it begin with {@code .-} or {@code ..-}. The store's directory is part of what is hashed:
 * the same content has another path in another store.
 *
 * @param storeDirectory the store's directory, absolute, without a slash at its end
 * @param hashPart 32 digits of Nix's base 32: 160 bits
 * @param name what the path is called
 */
public record StorePath(String storeDirectory, String hashPart, String name) implements Comparable<StorePath> {

    /** The longest name; with the hash part, the dash, and a suffix for lock files it still fits a directory entry. */
    public static final int MAX_NAME = 211;

    private static final int HASH_BYTES = 20;
    private static final int HASH_DIGITS = 32;
    private static final Comparator<StorePath> ORDER = Comparator.comparing(StorePath::storeDirectory)
            .thenComparing(StorePath::hashPart)
            .thenComparing(StorePath::name);

    /**
     * Checks every part.
     *
     * @throws IllegalArgumentException if a part breaks the rules; the message says which
     */
    public StorePath {
        checkStoreDirectory(storeDirectory);
        Nix32.decode(hashPart, HASH_BYTES);
        checkName(name);
    }

    /**
     * Reads {@code DIRECTORY/HASH-NAME}.
     *
     * @throws IllegalArgumentException if {@code path} is not a store path; the message says why
     */
    public static StorePath parse(String path) {
        int slash = path.lastIndexOf('/');
        if (slash <= 0) {
            throw new IllegalArgumentException(
                    "'" + Quoted.of(path) + "' is not a store path: wanted an absolute DIRECTORY/HASH-NAME");
        }
        String base = path.substring(slash + 1);
        if (base.length() < HASH_DIGITS + 2 || base.charAt(HASH_DIGITS) != '-') {
            throw new IllegalArgumentException("'" + Quoted.of(path) + "' is not a store path: wanted " + HASH_DIGITS
                    + " base-32 digits, a dash and a name after the last slash");
        }
        return new StorePath(path.substring(0, slash), base.substring(0, HASH_DIGITS), base.substring(HASH_DIGITS + 1));
    }

    /**
     * The path that follows from a fingerprint.
     *
     * @param type what kind of content it is, with its references: {@code source}, {@code text:/nix/store/...}, {@code output:out}
     * @param inner the SHA-256 digest that stands for the content
     * @throws IllegalArgumentException if the store's directory or the name breaks the rules
     */
    public static StorePath of(String type, Digest inner, String storeDirectory, String name) {
        checkStoreDirectory(storeDirectory);
        checkName(name);
        String fingerprint = type + ":" + inner.algorithm() + ":" + inner.base16() + ":" + storeDirectory + ":" + name;
        Digest digest = Digest.ofContent(Digest.Algorithm.SHA256, fingerprint.getBytes(StandardCharsets.UTF_8));
        return new StorePath(storeDirectory, Nix32.encode(digest.folded(HASH_BYTES)), name);
    }

    /** The path of a text file: a derivation's own, above all. */
    public static StorePath ofText(
            Digest content, Collection<StorePath> references, String storeDirectory, String name) {
        return of("text" + joined(references), content, storeDirectory, name);
    }

    /** The path of a tree that was added as it is, given the SHA-256 of its NAR; it must not refer to itself. */
    public static StorePath ofSource(Digest nar, Collection<StorePath> references, String storeDirectory, String name) {
        return of("source" + joined(references), nar, storeDirectory, name);
    }

    /**
     * The path of a tree that refers to itself.
     *
     * @param modulo the SHA-256 of its NAR in which its own hash part is blank
     * @param references what else it refers to
     */
    public static StorePath ofSelfReferring(
            Digest modulo, Collection<StorePath> references, String storeDirectory, String name) {
        return of("source" + joined(references) + ":self", modulo, storeDirectory, name);
    }

    /**
     * Where an output is made while another is valid at its own path: for comparing the two, or for exchanging them.
     *
     * @param derivation the path of the derivation's text
     * @param output the output's own path
     */
    public static StorePath ofScratch(StorePath derivation, StorePath output) {
        String type = "rewrite:" + derivation.baseName() + ":" + output.baseName();
        Digest nothing = Digest.of(Digest.Algorithm.SHA256, new byte[Digest.Algorithm.SHA256.size()]);
        return of(type, nothing, output.storeDirectory(), output.name());
    }

    /**
     * The path of an output whose hash was fixed beforehand.
     *
     * @param method how the content is hashed
     * @param content the expected hash
     */
    public static StorePath ofFixed(ContentMethod method, Digest content, String storeDirectory, String name) {
        if (method == ContentMethod.RECURSIVE && content.algorithm() == Digest.Algorithm.SHA256) {
            return of("source", content, storeDirectory, name);
        }
        if (method == ContentMethod.TEXT) {
            return ofText(content, List.of(), storeDirectory, name);
        }
        String inner = "fixed:out:" + method.prefix() + content.algorithm() + ":" + content.base16() + ":";
        Digest digest = Digest.ofContent(Digest.Algorithm.SHA256, inner.getBytes(StandardCharsets.UTF_8));
        return of("output:out", digest, storeDirectory, name);
    }

    private static String joined(Collection<StorePath> references) {
        return references.stream()
                .map(StorePath::toString)
                .distinct()
                .sorted()
                .map(path -> ":" + path)
                .collect(Collectors.joining());
    }

    private static void checkStoreDirectory(String directory) {
        boolean clean = directory.startsWith("/")
                && directory.length() > 1
                && !directory.endsWith("/")
                && directory.indexOf('\0') < 0;
        for (int i = 1; clean && i < directory.length(); ) {
            int end = directory.indexOf('/', i);
            end = end < 0 ? directory.length() : end;
            String part = directory.substring(i, end);
            clean = !part.isEmpty() && !part.equals(".") && !part.equals("..");
            i = end + 1;
        }
        if (!clean) {
            throw new IllegalArgumentException("'" + Quoted.of(directory)
                    + "' is not a store's directory: wanted an absolute path without empty, '.' or '..' parts");
        }
    }

    /**
     * Checks a name by the rules above.
     *
     * @throws IllegalArgumentException if it breaks one; the message says which
     */
    public static void checkName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a store path's name must not be empty");
        }
        if (name.length() > MAX_NAME) {
            throw new IllegalArgumentException("store path name '" + Quoted.of(name) + "' has " + name.length()
                    + " characters; at most " + MAX_NAME + " are allowed");
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isNameCharacter(name.charAt(i))) {
                throw new IllegalArgumentException("character " + (i + 1) + " of store path name '" + Quoted.of(name)
                        + "' is not allowed; allowed are 0-9 a-z A-Z + - . _ ? =");
            }
        }
        if (name.equals(".") || name.equals("..") || name.startsWith(".-") || name.startsWith("..-")) {
            throw new IllegalArgumentException("store path name '" + name
                    + "' could be taken for a directory; it must not be or begin like '.' or '..'");
        }
    }

    private static boolean isNameCharacter(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || "+-._?=".indexOf(c) >= 0;
    }

    /** The last part of the path, {@code HASH-NAME}. */
    public String baseName() {
        return hashPart + "-" + name;
    }

    @Override
    public int compareTo(StorePath other) {
        return ORDER.compare(this, other);
    }

    /** The whole path. */
    @Override
    public String toString() {
        return storeDirectory + "/" + hashPart + "-" + name;
    }
}
