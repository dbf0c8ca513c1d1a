package dev.heddle.samples.ninja;

import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the lines of Microsoft's compiler that name an included file, and its habit of printing the name of its input.
 *
 * <p>Fed line by line; not safe for several threads.
 */
final class ShowIncludes {

    private static final String ENGLISH = "Note: including file: ";

    private final String prefix;
    private final SortedSet<String> includes = new TreeSet<>();
    private boolean seen;

    /**
     * Looks for lines that begin with a prefix.
     *
     * @param prefix the words of the compiler's language, raw; empty for English
     */
    ShowIncludes(String prefix) {
        this.prefix = prefix.isEmpty() ? ENGLISH : prefix;
    }

    /** Whether a line, without its end, is for the build tool and not for people. */
    boolean take(String line) {
        String include = include(line);
        if (include != null) {
            seen = true;
            String path = CanonicalPath.rewrite(include);
            if (!isSystem(path)) {
                includes.add(path);
            }
            return true;
        }
        return !seen && isInputName(line);
    }

    /** The files that were named, without those of the system, in order of name. */
    SortedSet<String> includes() {
        return includes;
    }

    private @Nullable String include(String line) {
        if (!line.startsWith(prefix)) {
            return null;
        }
        int at = prefix.length();
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
        return at == line.length() ? null : line.substring(at);
    }

    private static boolean isSystem(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        return lower.contains("program files") || lower.contains("microsoft visual studio");
    }

    private static boolean isInputName(String line) {
        String lower = line.toLowerCase(Locale.ROOT);
        return lower.endsWith(".c") || lower.endsWith(".cc") || lower.endsWith(".cxx") || lower.endsWith(".cpp");
    }
}
