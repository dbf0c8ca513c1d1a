package dev.heddle.samples.ninja;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * A project of random shape whose commands note that they ran, in two equal directories, and the ways in which people change
 * such projects.
 */
final class RandomProject {

    private static final int SOURCES = 6;
    private static final int HEADERS = 4;

    private final Random random;
    private final List<Path> directories;
    private final int edges;
    private final String[] kinds;
    private final String[] lines;
    private final int[] revision;
    private final boolean[] isFile;

    RandomProject(long seed, List<Path> directories) throws IOException {
        this.random = new Random(seed);
        this.directories = directories;
        this.edges = 4 + random.nextInt(14);
        this.kinds = new String[edges];
        this.lines = new String[edges];
        this.revision = new int[edges];
        this.isFile = new boolean[edges];
        for (int i = 0; i < SOURCES; i++) {
            write("s" + i, "s" + i + "\n");
        }
        for (int i = 0; i < HEADERS; i++) {
            write("h" + i, "h" + i + "\n");
        }
        for (int i = 0; i < edges; i++) {
            edge(i);
        }
        manifest();
    }

    private void write(String name, String text) throws IOException {
        for (Path directory : directories) {
            Files.writeString(directory.resolve(name), text);
        }
    }

    private void edge(int i) throws IOException {
        kinds[i] = new String[] {"plain", "plain", "restat", "gcc", "depfile", "phony", "rsp", "gen", "dyn", "two"}
                [random.nextInt(10)];
        isFile[i] = !kinds[i].equals("phony");
        StringBuilder src = new StringBuilder();
        StringBuilder inputs = new StringBuilder();
        boolean hasInputs = random.nextInt(12) > 0;
        for (int n = random.nextInt(4); hasInputs && n >= 0; n--) {
            int from = random.nextInt(SOURCES + i);
            // Ninja 1.11 notes the time of the inputs' files for a restat edge that changed nothing: with phony inputs
            // alone
            // that is none, and it runs again each time.
            boolean restat = kinds[i].equals("restat") || kinds[i].equals("dyn");
            if (restat && from >= SOURCES && !isFile[from - SOURCES]) {
                from = 0;
            }
            String name = from < SOURCES ? "s" + from : "o" + (from - SOURCES);
            inputs.append(' ').append(name);
            if (from < SOURCES || isFile[from - SOURCES]) {
                src.append(' ').append(name);
            }
        }
        StringBuilder line = new StringBuilder("build o" + i);
        if (kinds[i].equals("two")) {
            line.append(" | x").append(i);
        }
        line.append(": ").append(kinds[i]).append(inputs);
        if (kinds[i].equals("gcc") || kinds[i].equals("depfile")) {
            line.append(" | l").append(i);
            write("l" + i, "h" + random.nextInt(HEADERS));
        }
        if (kinds[i].equals("dyn")) {
            write("d" + i, dyndep(i));
        }
        boolean orderOnly = random.nextInt(4) == 0 && i > 0;
        if (orderOnly || kinds[i].equals("dyn")) {
            line.append(" ||").append(orderOnly ? " o" + random.nextInt(i) : "");
            line.append(kinds[i].equals("dyn") ? " dd" + i : "");
        }
        if (random.nextInt(8) == 0 && i > 0) {
            line.append(" |@ o").append(random.nextInt(i));
        }
        line.append("\n  src =").append(src).append('\n');
        if (kinds[i].equals("dyn")) {
            line.append("  dyndep = dd")
                    .append(i)
                    .append("\nbuild dd")
                    .append(i)
                    .append(": dd d")
                    .append(i)
                    .append('\n');
        }
        lines[i] = line.toString();
    }

    private String dyndep(int i) {
        // No output: whether it is made before or after this edge depends on who is quicker.
        String input = "s" + random.nextInt(SOURCES);
        return "ninja_dyndep_version = 1\nbuild o" + i + ": dyndep | " + input + "\n"
                + (random.nextBoolean() ? "  restat = 1\n" : "");
    }

    private void manifest() throws IOException {
        StringBuilder text = new StringBuilder("""
                rule plain
                  command = @note; @check; @make $rev
                rule two
                  command = @note; @check; @make; cp $out x$$(echo $out | tr -d o) $rev
                rule restat
                  command = @note; cat /dev/null $src | head -c 2 > $out.t; cmp -s $out.t $out || cp $out.t $out; rm $out.t $rev
                  restat = 1
                rule gcc
                  command = @note; l=l$$(echo $out | tr -d o); cat /dev/null $src $$(cat $$l) > $out; echo "$out: $$(cat $$l)" > $out.d $rev
                  deps = gcc
                  depfile = $out.d
                rule depfile
                  command = @note; l=l$$(echo $out | tr -d o); cat /dev/null $src $$(cat $$l) > $out; echo "$out: $$(cat $$l)" > $out.d $rev
                  depfile = $out.d
                rule rsp
                  command = @note; cat $out.rsp > $out
                  rspfile = $out.rsp
                  rspfile_content = $src $rev
                  pool = one
                rule gen
                  command = @note; @make $rev
                  generator = 1
                rule dyn
                  command = @note; @make $rev
                rule dd
                  command = @note; cp $in $out
                  restat = 1
                """.replace("rule plain", "pool one\n  depth = 1\nrule plain")
                .replace("@note", "echo $out >> ran.log")
                .replace("@make", "cat /dev/null $src > $out")
                .replace("@check", "if grep -q FAIL /dev/null $src; then exit 3; fi"));
        for (int i = 0; i < edges; i++) {
            text.append(lines[i]);
            if (revision[i] > 0) {
                text.append("  rev = #").append(revision[i]).append('\n');
            }
        }
        write("build.ninja", text.toString());
    }

    /** Changes something, the same in both directories; gives what it was. */
    String change() throws IOException {
        for (Path directory : directories) {
            Peer.nextMoment(directory);
        }
        int i = random.nextInt(edges);
        int s = random.nextInt(SOURCES);
        switch (random.nextInt(11)) {
            case 0, 1, 2 -> {
                write("s" + s, random.nextInt(3) + "s" + random.nextInt(100) + "\n");
                return "write s" + s;
            }
            case 3 -> {
                delete("o" + i);
                return "delete o" + i;
            }
            case 4 -> {
                write("h" + s % HEADERS, random.nextInt(100) + "\n");
                return "write h" + s % HEADERS;
            }
            case 5 -> {
                if (Files.exists(directories.get(0).resolve("l" + i))) {
                    write("l" + i, "h" + random.nextInt(HEADERS) + " h" + random.nextInt(HEADERS));
                }
                return "change the headers of o" + i;
            }
            case 6 -> {
                if (!kinds[i].equals("dyn")) {
                    revision[i]++;
                    manifest();
                }
                return "change the command of o" + i;
            }
            case 7 -> {
                if (isFile[i]) {
                    write("o" + i, "touched\n");
                }
                return "write o" + i;
            }
            case 8 -> {
                write("s" + s, "FAIL\n");
                return "break s" + s;
            }
            case 9 -> {
                if (kinds[i].equals("dyn")) {
                    write("d" + i, dyndep(i));
                }
                return "change the dyndep file of o" + i;
            }
            default -> {
                delete("o" + i + ".d");
                return "delete the depfile of o" + i;
            }
        }
    }

    private void delete(String name) throws IOException {
        for (Path directory : directories) {
            Files.deleteIfExists(directory.resolve(name));
        }
    }

    /** Some names of files that the manifest knows, outputs and sources. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < edges; i++) {
            names.add("o" + i);
        }
        for (int i = 0; i < SOURCES; i++) {
            if (Arrays.stream(lines)
                    .anyMatch(Pattern.compile("\\bs" + i + "\\b").asPredicate())) {
                names.add("s" + i);
            }
        }
        return names;
    }

    /** What ran since the last time, in any order. */
    List<String> ran(Path directory) throws IOException {
        Path log = directory.resolve("ran.log");
        try {
            List<String> ran = new ArrayList<>(Files.readAllLines(log));
            ran.sort(null);
            Files.delete(log);
            return ran;
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** All outputs that are there, with their content. */
    List<String> outputs(Path directory) throws IOException {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < edges; i++) {
            for (String name : List.of("o" + i, "x" + i, "o" + i + ".d", "o" + i + ".rsp")) {
                Path file = directory.resolve(name);
                if (Files.exists(file)) {
                    all.add(name + "=" + Files.readString(file));
                }
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return String.join("", lines);
    }
}
