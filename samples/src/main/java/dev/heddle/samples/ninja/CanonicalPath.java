package dev.heddle.samples.ninja;

/**
 * Makes two spellings of one path the same, by text alone: empty and {@code .} components go, {@code a/..} goes, a slash at
 * the end goes. Leading {@code ..} stay. What is nothing afterwards is {@code .}.
 */
final class CanonicalPath {

    private CanonicalPath() {}

    /** Rewrites {@code path[offset, offset + length)} in place and gives its new length, at most the old one (or 1). */
    static int rewrite(byte[] path, int offset, int length) {
        if (length == 0 || isCanonical(path, offset, length)) {
            return length;
        }
        int end = offset + length;
        int from = offset;
        int to = offset;
        if (path[from] == '/') {
            from++;
            to++;
        }
        int root = to;
        int depth = 0;
        while (from < end) {
            int stop = from;
            while (stop < end && path[stop] != '/') {
                stop++;
            }
            int size = stop - from;
            if (isDotDot(path, from, size) && depth > 0) {
                depth--;
                to = parent(path, root, to);
            } else if (size > 0 && !(size == 1 && path[from] == '.')) {
                depth = isDotDot(path, from, size) ? 0 : depth + 1;
                System.arraycopy(path, from, path, to, size);
                to += size;
                if (to < end) {
                    path[to] = '/';
                }
                to++;
            }
            from = stop + 1;
        }
        return to == root ? nothing(path, offset, root) : to - 1 - offset;
    }

    // No component is left: the root of the file system, or here.
    private static int nothing(byte[] path, int offset, int root) {
        if (root == offset) {
            path[offset] = '.';
        }
        return 1;
    }

    static String rewrite(String raw) {
        byte[] bytes = Raw.bytes(raw);
        return Raw.of(bytes, 0, rewrite(bytes, 0, bytes.length));
    }

    private static boolean isDotDot(byte[] path, int from, int size) {
        return size == 2 && path[from] == '.' && path[from + 1] == '.';
    }

    // The position just behind the slash before the last component of path[root, to), which ends with a slash.
    private static int parent(byte[] path, int root, int to) {
        int at = to - 1;
        while (at > root && path[at - 1] != '/') {
            at--;
        }
        return at;
    }

    // Most paths are: nothing to do unless a component is empty, '.' or '..', or a slash ends it.
    private static boolean isCanonical(byte[] path, int offset, int length) {
        int end = offset + length;
        boolean componentStart = true;
        for (int i = offset; i < end; i++) {
            byte c = path[i];
            if (componentStart && (c == '.' || (c == '/' && i > offset))) {
                return false;
            }
            componentStart = c == '/';
        }
        return path[end - 1] != '/';
    }
}
