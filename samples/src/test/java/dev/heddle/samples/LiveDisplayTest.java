package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a real terminal: what stands on its screen while a build runs, and what is left there. */
@Tag("peer")
@Timeout(180)
class LiveDisplayTest {

    /** What only the region says. */
    private static final Pattern REGION =
            Pattern.compile("\\d+ running|P=\\d+ I=|\u2026 and \\d+ more|^E= |\u2501|\\d/\\d+  \\d|\\d+%  \\d+/");

    @TempDir
    private Path directory;

    @BeforeAll
    static void needsTmux() {
        assumeTrue(Tmux.isInstalled(), "tmux is not installed");
    }

    // The launcher as it is compiled, with the class path of the tests, wherever their loader has it from.
    private static String launcher() throws Exception {
        String path = System.getProperty("java.class.path");
        if (Main.class.getClassLoader() instanceof URLClassLoader loader) {
            StringJoiner places = new StringJoiner(File.pathSeparator);
            for (URL place : loader.getURLs()) {
                places.add(Path.of(place.toURI()).toString());
            }
            path = places.toString();
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return java + " -XX:TieredStopAtLevel=1 -Xshare:auto -cp " + path + " " + Main.class.getName();
    }

    /** Writes a graph of tasks that each say some lines, in pieces, over a while; gives the command that builds it. */
    private String build(int tasks, int lines, String pause, String more) throws Exception {
        return build(tasks, lines, pause, more, "");
    }

    private String build(int tasks, int lines, String pause, String more, String before) throws Exception {
        Files.writeString(
                directory.resolve("job"),
                before + "for i in $(seq " + lines + "); do printf '%s' \"task $1 line $i \u6f22\u5b57 with \"; sleep "
                        + pause + "; echo \"some more words behind them \u00e9\u00fc \u2026 end\"; done\n" + more);
        StringJoiner graph = new StringJoiner(",\n", "{\"heddleGraph\": 1, \"tasks\": [\n", "\n]}\n");
        for (int i = 1; i <= tasks; i++) {
            graph.add("{\"name\": \"t/\u6f22\u5b57/" + i
                    + "\", \"steps\": [{\"name\": \"run\", \"command\": {\"argv\": [\"sh\", \"job\", \"" + i
                    + "\"]}}]}");
        }
        Files.writeString(directory.resolve("graph.json"), graph.toString());
        Files.writeString(directory.resolve("heddle"), "exec " + launcher() + " \"$@\"\n");
        return "clear; tmux clear-history; sh heddle run graph.json --no-record";
    }

    private static List<String> linesOf(List<String> all, int task) {
        return all.stream()
                .filter(line -> line.startsWith("task " + task + " line "))
                // At the beginning of a row it could pass for a mark of the engine's.
                .map(line -> line.replace("\\\u2026", "\u2026"))
                .toList();
    }

    private static void assertWhole(List<String> all, int tasks, int lines) {
        for (int task = 1; task <= tasks; task++) {
            List<String> expected = new ArrayList<>();
            for (int i = 1; i <= lines; i++) {
                expected.add("task " + task + " line " + i
                        + " \u6f22\u5b57 with some more words behind them \u00e9\u00fc \u2026 end");
            }
            assertThat(linesOf(all, task)).isEqualTo(expected);
        }
        assertThat(residue(all)).isEmpty();
    }

    /** Lines of the region with those around them. */
    private static List<List<String>> residue(List<String> all) {
        List<List<String>> found = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (REGION.matcher(all.get(i)).find()) {
                found.add(all.subList(Math.max(0, i - 3), Math.min(all.size(), i + 4)));
            }
        }
        return found;
    }

    /** What is told of the whole build in the last line that does. */
    private static String head(String screen) {
        return Pattern.compile("\\d+/200.*")
                .matcher(screen)
                .results()
                .map(MatchResult::group)
                .reduce("", (first, last) -> last);
    }

    @Test
    void nothingIsLostAndNothingIsLeftThroughResizesOfABuildOfTwoHundredTasks() throws Exception {
        // A screen that is resized in the middle of a frame cannot be right; so the jobs are at rest while it is.
        String command = build(200, 5, "0.03", "", "while [ ! -e gate$((($1 - 1) / 20)) ]; do sleep 0.05; done\n");
        int[][] sizes = {
            {80, 24}, {80, 12}, {60, 12}, {60, 20}, {100, 20}, {100, 30}, {60, 30}, {60, 12}, {60, 5}, {40, 5}
        };
        try (Tmux terminal = new Tmux(directory, 80, 24)) {
            terminal.type(command + " -j 20 --strategy line");
            String screen = terminal.await(each -> each.contains("20 running"));
            assertThat(screen).contains("\u2026 and ").contains("P=");
            for (int gate = 0; gate < sizes.length; gate++) {
                int ended = 20 * gate;
                terminal.await(each ->
                        head(each).startsWith(ended + "/200") && head(each).contains("20 running"));
                terminal.resize(sizes[gate][0], sizes[gate][1]);
                // The frame that follows tells of another second.
                String before = head(terminal.screen());
                terminal.await(each -> !head(each).isEmpty() && !head(each).equals(before));
                Files.createFile(directory.resolve("gate" + gate));
            }
            terminal.resize(80, 24);
            terminal.await(each -> each.contains("ready>") && each.contains("heddle: 200 tasks ran"));
            assertWhole(terminal.lines(), 200, 5);
            assertThat(terminal.hasCursor()).isTrue();
        }
    }

    @Test
    void manyResizesWhileFramesAreWrittenLoseNothingAndLeaveNothing() throws Exception {
        String command = build(12, 40, "0.2", "");
        Random random = new Random(3);
        try (Tmux terminal = new Tmux(directory, 80, 24)) {
            terminal.type(command + " -j 12 --strategy line");
            terminal.await(each -> each.contains("12 running"));
            int resizes = 0;
            while (!terminal.screen().contains("tasks ran")) {
                terminal.resize(50 + random.nextInt(60), 18 + random.nextInt(20));
                resizes++;
            }
            terminal.resize(80, 24);
            terminal.await(each -> each.contains("ready>") && each.contains("heddle: 12 tasks ran"));
            assertThat(resizes).isGreaterThan(50);
            assertWhole(terminal.lines(), 12, 40);
        }
    }

    @Test
    void aScreenOfFiveRowsAndTwentyColumnsHasOneLineOfStatus() throws Exception {
        String command = build(6, 4, "0.2", "");
        try (Tmux terminal = new Tmux(directory, 20, 5)) {
            terminal.type(command + " -j 3 --strategy line");
            String screen = terminal.await(each -> each.lines().anyMatch(line -> line.matches(" +\\d+%  \\d/6.*")));
            assertThat(screen.lines().filter(line -> REGION.matcher(line).find()))
                    .hasSize(1);
            terminal.await(each -> each.contains("ready>"));
            assertWhole(terminal.lines(), 6, 4);
        }
    }

    @Test
    void keysReachTheBuildAndTheTerminalIsGivenBack() throws Exception {
        String command = build(4, 10, "0.3", "exit $(($1 == 2))");
        try (Tmux terminal = new Tmux(directory, 100, 30)) {
            terminal.type("stty -g > before; " + command + " -j 4 --strategy task; stty -g > after");
            terminal.await(each -> each.contains("4 running"));
            terminal.press("?");
            terminal.await(each -> each.contains("q quit"));
            terminal.press("d");
            terminal.await(each -> each.contains("task 1 line 1"));
            terminal.press("g");
            terminal.await(each -> each.contains("grouping: "));
            terminal.type("l2");
            String screen = terminal.await(each -> each.contains("q back"));
            assertThat(screen).startsWith("task ").doesNotContain("l2\n", "running");
            terminal.resize(60, 8);
            terminal.await(each -> each.lines().count() == 8 && each.contains("  lines "));
            terminal.resize(100, 30);
            terminal.await(each -> each.lines().count() == 30 && each.contains("q back"));
            // Escape alone: nothing follows by which it could be told from the beginning of another key.
            terminal.press("Escape");
            terminal.await(each -> !each.contains("q back"));
            screen = terminal.await(each -> each.contains("ready>") && each.contains("heddle: "));
            assertThat(screen).contains("\u2500\u2500 failed: t/\u6f22\u5b57/2 after 0:0");
            assertThat(terminal.hasCursor()).isTrue();
            assertThat(directory.resolve("after")).hasSameTextualContentAs(directory.resolve("before"));
        }
    }

    @Test
    void aBuildCanBeStoppedFromTheKeyboardAndGoOn() throws Exception {
        String command = build(4, 10, "0.3", "");
        try (Tmux terminal = new Tmux(directory, 80, 24)) {
            terminal.type(command + " -j 4 --strategy line");
            terminal.await(each -> each.contains("4 running"));
            terminal.press("C-z");
            String screen = terminal.await(each -> each.contains("Stopped"));
            assertThat(screen.lines()).noneMatch(line -> REGION.matcher(line).find());
            assertThat(terminal.hasCursor()).isTrue();
            terminal.type("fg");
            terminal.await(each -> each.contains("running"));
            terminal.await(each -> each.contains("heddle: 4 tasks ran"));
            assertWhole(terminal.lines(), 4, 10);
        }
    }

    @Test
    void aBuildThatIsInterruptedOrTerminatedGivesTheTerminalBack() throws Exception {
        String command = build(4, 100, "0.3", "");
        try (Tmux terminal = new Tmux(directory, 80, 24)) {
            terminal.type("stty -g > before; " + command + " -j 4 --strategy line");
            terminal.await(each -> each.contains("4 running"));
            terminal.press("C-c");
            terminal.await(each -> each.contains("ready>"));
            assertThat(terminal.hasCursor()).isTrue();
            assertThat(residue(terminal.lines())).isEmpty();
            terminal.type("stty -g > after");
            terminal.type("clear; cmp before after && echo as before");
            terminal.await(each -> each.startsWith("as before"));
        }
    }
}
