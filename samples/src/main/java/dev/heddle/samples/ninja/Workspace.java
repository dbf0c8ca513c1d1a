package dev.heddle.samples.ninja;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A manifest with its logs: what every run and every tool begins with.
 *
 * @param disk the directory it is in
 * @param manifest what the manifest files say
 * @param log which commands made what
 * @param deps what was found out about inputs
 */
record Workspace(Disk disk, Manifest manifest, CommandLog log, DepsLog deps) implements Closeable {

    /** Reads the logs of a manifest. */
    static Workspace open(Disk disk, Manifest manifest, Consumer<String> warnings) throws NinjaException {
        checkBuildDir(disk, manifest);
        CommandLog log = CommandLog.read(
                disk.path(inBuildDir(manifest, ".ninja_log")), manifest, name -> isGone(disk, name), warnings);
        DepsLog deps = DepsLog.read(
                disk.path(inBuildDir(manifest, ".ninja_deps")), manifest, node -> isLive(manifest, node), warnings);
        return new Workspace(disk, manifest, log, deps);
    }

    /** The raw name of a file that belongs beside the build's outputs. */
    static String inBuildDir(Manifest manifest, String file) {
        String dir = manifest.rootVariable(Manifest.BUILDDIR);
        return dir.isEmpty() ? file : dir + "/" + file;
    }

    String inBuildDir(String file) {
        return inBuildDir(manifest, file);
    }

    private static void checkBuildDir(Disk disk, Manifest manifest) throws NinjaException {
        String dir = manifest.rootVariable(Manifest.BUILDDIR);
        for (int end = dir.indexOf('/', 1); !dir.isEmpty(); end = dir.indexOf('/', end + 1)) {
            String part = end < 0 ? dir : dir.substring(0, end);
            Path path = disk.path(part);
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw manifest.errorAtBuildDir("builddir: '" + Raw.text(part) + "' is not a directory")
                        .hint("set builddir to a directory, or to a name at which one can be made");
            }
            if (end < 0) {
                return;
            }
        }
    }

    /** The directory of the logs. */
    Path logDirectory() throws NinjaException {
        Path parent = disk.path(inBuildDir(".ninja_log")).getParent();
        return parent == null ? disk.base() : parent;
    }

    /** Makes the directory of the logs if it is not there. */
    void makeBuildDir() throws NinjaException {
        String dir = manifest.rootVariable(Manifest.BUILDDIR);
        try {
            if (!dir.isEmpty()) {
                disk.makeDirectories(dir);
            }
        } catch (IOException e) {
            throw manifest.errorAtBuildDir("making builddir '" + Raw.text(dir) + "': " + Disk.reason(e));
        }
    }

    /** Whether somebody has changed the logs since they were read. */
    boolean isOutdated() {
        return log.isOutdated() || deps.isOutdated();
    }

    private static boolean isGone(Disk disk, String name) throws IOException {
        try {
            return disk.mtime(name) == 0;
        } catch (NinjaException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static boolean isLive(Manifest manifest, int node) throws IOException {
        int edge = manifest.producer(node);
        try {
            return edge != Manifest.NONE && new Evaluator(manifest).isSet(edge, Manifest.DEPS);
        } catch (NinjaException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The node that a person named on the command line. */
    int target(String argument) throws NinjaException {
        if (argument.isEmpty()) {
            throw new NinjaException("empty path");
        }
        String raw = CanonicalPath.rewrite(Raw.ofText(argument));
        // "file.c^" stands for the first thing that is made of file.c.
        boolean user = raw.endsWith("^");
        int node = manifest.paths.find(user ? raw.substring(0, raw.length() - 1) : raw);
        if (node < 0) {
            throw unknown(raw);
        }
        return user ? madeOf(node) : node;
    }

    private int madeOf(int node) throws NinjaException {
        for (int edge = 0; edge < manifest.edgeCount(); edge++) {
            int from = manifest.start(edge, Manifest.Section.IN);
            int to = manifest.end(edge, Manifest.Section.ORDER_ONLY);
            for (int i = from; i < to; i++) {
                if (manifest.nodes.get(i) == node) {
                    return manifest.firstOutput(edge);
                }
            }
        }
        throw new NinjaException("'" + manifest.paths.text(node) + "' has no out edge");
    }

    private NinjaException unknown(String raw) {
        String text = "unknown target '" + Raw.text(raw) + "'";
        if (raw.equals("clean")) {
            return new NinjaException(text + ", did you mean '-t clean'?");
        }
        String near = Suggestion.nearest(raw, manifest.paths);
        return new NinjaException(near.isEmpty() ? text : text + ", did you mean '" + Raw.text(near) + "'?");
    }

    @Override
    public void close() throws IOException {
        try {
            log.close();
        } finally {
            deps.close();
        }
    }
}
