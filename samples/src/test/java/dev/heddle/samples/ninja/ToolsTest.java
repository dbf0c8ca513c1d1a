package dev.heddle.samples.ninja;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the tools of {@code -t} against ninja's own on random projects: the same text, the same exit code, the same files. */
@Tag("peer")
class ToolsTest {

    private static final int PROJECTS = Integer.getInteger("heddle.ninja.projects", 4);

    private static final List<String> RULES =
            List.of("plain", "two", "restat", "gcc", "depfile", "rsp", "gen", "dyn", "dd", "phony", "nope");

    @TempDir
    Path temporary;

    @BeforeAll
    static void ninja() {
        Peer.requireNinja();
    }

    private interface Check {
        void project(RandomProject project, Path peer, Path own) throws Exception;
    }

    private void eachProject(long from, Check check) throws Exception {
        for (long seed = from; seed < from + PROJECTS; seed++) {
            Path peer = Files.createDirectory(temporary.resolve("ninja" + seed));
            Path own = Files.createDirectory(temporary.resolve("heddle" + seed));
            check.project(new RandomProject(seed, List.of(peer, own)), peer, own);
        }
    }

    private static void build(Path peer, Path own) throws IOException, InterruptedException {
        Peer.ninja(peer, "-k0");
        Peer.heddle(own, options -> options.keepGoing = 0);
    }

    private static Peer.Said tool(Path directory, List<String> words) {
        return Peer.heddle(directory, options -> {
            options.tool = words.get(0);
            options.toolArguments = words.subList(1, words.size());
        });
    }

    // What is refused is refused by both; the words are each one's own.
    private static void same(RandomProject project, Path peer, Path own, String line)
            throws IOException, InterruptedException {
        List<String> words = List.of(line.split(" "));
        List<String> arguments = new ArrayList<>(List.of("-t"));
        arguments.addAll(words);
        Peer.Said theirs = Peer.ninja(peer, arguments.toArray(String[]::new));
        Peer.Said ours = tool(own, words);
        String where = "-t " + line + "\n" + project;
        assertThat(ours.exitCode() == 0).as(where + theirs + ours).isEqualTo(theirs.exitCode() == 0);
        if (theirs.exitCode() == 0) {
            String expected = theirs.text().replace(peer.toString(), own.toString());
            assertThat(comparable(ours.text())).as(where).isEqualTo(comparable(expected));
        }
    }

    // Without warnings, the words of which are each one's own, and with the names of a drawing's nodes, which are of no
    // account, numbered in the order in which they come.
    private static String comparable(String text) {
        String plain =
                text.replaceAll("(?m)^(ninja|heddle): warning: .*\\n(\\n|build.ninja.*\\n|.*\\^\\n|build .*\\n)*", "");
        Map<String, Integer> numbers = new HashMap<>();
        return Pattern.compile("\"(0x[0-9a-f]+|[ne][0-9]+)\"")
                .matcher(plain)
                .replaceAll(name -> "#" + numbers.computeIfAbsent(name.group(), each -> numbers.size()));
    }

    @Test
    void whatIsAskedAboutAGraphIsAnsweredAsByNinja() throws Exception {
        eachProject(1, (project, peer, own) -> {
            // Half of them before anything was built: then dyndep files are missing.
            if (project.names().size() % 2 == 0) {
                build(peer, own);
            }
            for (String line : List.of(
                    "targets",
                    "targets depth 0",
                    "targets depth 1",
                    "targets depth 3",
                    "targets all",
                    "targets rule",
                    "rules",
                    "rules -d",
                    "commands",
                    "compdb",
                    "compdb gcc plain",
                    "compdb -x rsp",
                    "inputs",
                    "graph")) {
                same(project, peer, own, line);
            }
            for (String rule : RULES) {
                same(project, peer, own, "targets rule " + rule);
            }
            for (String name : project.names()) {
                same(project, peer, own, "query " + name);
                same(project, peer, own, "commands " + name);
                same(project, peer, own, "commands -s " + name);
                same(project, peer, own, "inputs " + name);
            }
        });
    }

    @Test
    void whatIsCleanedIsWhatNinjaCleans() throws Exception {
        eachProject(500, (project, peer, own) -> {
            List<String> lines = new ArrayList<>(List.of("clean", "clean -g", "clean -r"));
            for (String rule : RULES) {
                lines.add("clean -r " + rule);
            }
            lines.add("clean -r plain gcc");
            for (String name : project.names()) {
                lines.add("clean " + name);
            }
            lines.add("clean -g " + project.names().get(0));
            build(peer, own);
            Map<String, byte[]> built = new HashMap<>();
            for (String name : files(peer)) {
                built.put(name, Files.readAllBytes(peer.resolve(name)));
            }
            for (String line : lines) {
                restore(built, peer);
                restore(built, own);
                same(project, peer, own, line);
                assertThat(files(own)).as("-t " + line + "\n" + project).isEqualTo(files(peer));
            }
        });
    }

    private static void restore(Map<String, byte[]> built, Path directory) throws IOException {
        for (Map.Entry<String, byte[]> each : built.entrySet()) {
            Path file = directory.resolve(each.getKey());
            if (Files.notExists(file)) {
                Files.write(file, each.getValue());
            }
        }
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(each -> each.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
