package dev.heddle.core.derivation;

/** How content is turned into the bytes that are hashed. */
public enum ContentMethod {
    /** A regular file's bytes. */
    FLAT(""),
    /** The tree's NAR. */
    RECURSIVE("r:"),
    /** A regular file's bytes, with references as a text file has them. */
    TEXT("text:"),
    /** The hash that git gives the tree. */
    GIT("git:");

    private final String prefix;

    ContentMethod(String prefix) {
        this.prefix = prefix;
    }

    /** What stands before the algorithm's name in Nix's formats. */
    public String prefix() {
        return prefix;
    }

    /** The method whose prefix {@code text} begins with; {@link #FLAT} if it begins with none. */
    static ContentMethod ofPrefixed(String text) {
        for (ContentMethod method : values()) {
            if (method != FLAT && text.startsWith(method.prefix)) {
                return method;
            }
        }
        return FLAT;
    }
}
