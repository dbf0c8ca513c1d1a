package dev.heddle.samples.ninja;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {

    private static final String MANIFEST =
            "rule r\n  command = c $in\n  deps = gcc\n  depfile = d\n" + "build a: r x\nbuild b: r y\nbuild c: r z\n";

    @TempDir
    Path directory;

    private Manifest manifest;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void parse() throws Exception {
        manifest = Manifests.parse(directory, MANIFEST);
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private int node(String name) {
        return manifest.paths.add(name);
    }

    private CommandLog commands() throws NinjaException {
        return CommandLog.read(file(".ninja_log"), manifest, name -> !Files.exists(file(name)), warnings::add);
    }

    private DepsLog deps() throws NinjaException {
        return DepsLog.read(file(".ninja_deps"), manifest, node -> manifest.producer(node) >= 0, warnings::add);
    }

    @Test
    void theHashOfACommandIsTheOneNinjaWrites() {
        // The hashes were read from a log that ninja 1.11.1 wrote.
        for (String[] each : NINJA_HASHES) {
            byte[] bytes = each[0].getBytes(StandardCharsets.UTF_8);
            assertThat(Long.toHexString(Murmur.hash(bytes, bytes.length))).isEqualTo(each[1]);
        }
    }

    private static final String[][] NINJA_HASHES = {
        {"touch a", "9544b174230a39b3"},
        {"touch bb #5678901", "a044d3b378ac6350"},
        {"true a bb; touch c;rspfile=a bb c", "e817a1ee79e8c0e0"},
        {"printf 'grüße' > d", "b3b475a981ca1dc1"}
    };

    @Test
    void theHashInVersionSevenIsTheOneNewerNinjasWrite() {
        // The hashes were read from a log that ninja 1.13.2 wrote, for commands of every way through the algorithm.
        for (String[] each : RAPID_HASHES) {
            byte[] bytes = command(Integer.parseInt(each[0])).getBytes(StandardCharsets.US_ASCII);
            assertThat(Long.toHexString(Rapid.hash(bytes, bytes.length)))
                    .as(each[0])
                    .isEqualTo(each[1]);
        }
    }

    private static String command(int length) {
        if (length <= 2) {
            return length == 1 ? ":" : "ls";
        }
        StringBuilder text = new StringBuilder(": ");
        for (int i = 0; i < length - 2; i++) {
            text.append((char) ('a' + (i * 7 + length) % 26));
        }
        return text.toString();
    }

    private static final String[][] RAPID_HASHES = {
        {"1", "a2da22321247804b"},
        {"2", "fe2a4d4c66f9f9bd"},
        {"3", "2514c9361763b4b7"},
        {"4", "419651e917a68426"},
        {"7", "45b1d4007e35ddbc"},
        {"8", "e40bc6290047b1d3"},
        {"12", "c58c65c7ccfd6929"},
        {"15", "1fad2fbd18d1c68d"},
        {"16", "bdf49090b522ff14"},
        {"17", "b48a3b278e01acca"},
        {"24", "c1857835b829aa53"},
        {"31", "7948edde9659eb34"},
        {"32", "42aa276e2822742a"},
        {"33", "c4b85b15c4112882"},
        {"47", "b7799fd84a21f8d9"},
        {"48", "80655b6dae046a35"},
        {"49", "4ba563234c29612"},
        {"64", "a48f9af47f9c28ce"},
        {"68", "da81d14eecb5093b"},
        {"95", "cfded0d02db2bb41"},
        {"96", "119ea224b699ccb7"},
        {"97", "d82be843393573ec"},
        {"144", "4710e5b093a11fc6"},
        {"145", "b4d4b53b07725b9b"},
        {"192", "6097506a23906ddf"},
        {"193", "13e3489f1118c6bd"},
        {"1000", "3c90632f091389c2"}
    };

    @Test
    void whatIsRecordedIsReadAgainAndTheLastLineCounts() throws Exception {
        try (CommandLog log = commands()) {
            log.record(new int[] {node("a"), node("b")}, 1, 2, 3, 0xabcL);
            log.record(new int[] {node("a")}, 4, 5, 6, 0xdefL);
            assertThat(Files.readString(file(".ninja_log")))
                    .isEqualTo("# ninja log v5\n1\t2\t3\ta\tabc\n1\t2\t3\tb\tabc\n4\t5\t6\ta\tdef\n");
        }
        CommandLog again = commands();
        assertThat(again.mtime(node("a"))).isEqualTo(6);
        assertThat(again.hash(node("a"))).isEqualTo(0xdef);
        assertThat(again.hash(node("b"))).isEqualTo(0xabc);
        assertThat(again.has(node("c"))).isFalse();
    }

    @Test
    void aLineThatIsCutOffCostsThatLineAlone() throws Exception {
        Files.writeString(file(".ninja_log"), "# ninja log v5\n1\t2\t3\ta\tabc\n1\t2\t3\tb");
        try (CommandLog log = commands()) {
            log.record(new int[] {node("c")}, 1, 2, 3, 1);
        }
        CommandLog again = commands();
        assertThat(again.has(node("a"))).isTrue();
        assertThat(again.has(node("b"))).isFalse();
        assertThat(again.has(node("c"))).isTrue();
    }

    @Test
    void aLogOfAVersionThatIsNotKnownIsBegunAnewAndAWarningSaysSo() throws Exception {
        for (String first : List.of("# ninja log v4", "# ninja log v8", "# ninja log v99999999999", "# ninja log v")) {
            warnings.clear();
            Files.writeString(file(".ninja_log"), first + "\n1\t2\t3\ta\tabc\n");
            try (CommandLog log = commands()) {
                assertThat(log.has(node("a"))).isFalse();
                assertThat(warnings).singleElement().asString().contains("everything is built once");
                log.record(new int[] {node("c")}, 1, 2, 3, 1);
            }
            assertThat(Files.readString(file(".ninja_log"))).isEqualTo("# ninja log v5\n1\t2\t3\tc\t1\n");
        }
    }

    @Test
    void aLogStaysOfItsVersionWhenItIsAppendedToAndWhenItIsRewritten() throws Exception {
        for (int version = 5; version <= 7; version++) {
            String before = "# ninja log v" + version + "\n1\t2\t3\ta\tabc\n";
            Files.writeString(file(".ninja_log"), before);
            try (CommandLog log = commands()) {
                assertThat(log.commandHash()).isEqualTo(version < 7 ? CommandHash.MURMUR : CommandHash.RAPID);
                assertThat(log.hash(node("a"))).isEqualTo(0xabc);
                log.record(new int[] {node("c")}, 1, 2, 3, 1);
                assertThat(Files.readString(file(".ninja_log"))).isEqualTo(before + "1\t2\t3\tc\t1\n");
                log.rewrite();
            }
            assertThat(Files.readString(file(".ninja_log"))).isEqualTo(before + "1\t2\t3\tc\t1\n");
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void aLogThatSomebodyElseChangedMeanwhileIsNoticed() throws Exception {
        Files.writeString(file(".ninja_log"), "# ninja log v5\n");
        CommandLog log = commands();
        DepsLog deps = deps();
        assertThat(log.isOutdated() || deps.isOutdated()).isFalse();
        Files.writeString(file(".ninja_log"), "# ninja log v5\n1\t2\t3\tc\t1\n");
        Files.writeString(file(".ninja_deps"), "x");
        assertThat(log.isOutdated()).isTrue();
        assertThat(deps.isOutdated()).isTrue();
    }

    @Test
    void aLogOfMostlyOldLinesIsRewrittenWithoutWhatIsGone() throws Exception {
        StringBuilder text = new StringBuilder("# ninja log v5\n");
        for (int i = 0; i < 200; i++) {
            text.append(i).append("\t2\t3\ta\tabc\n").append(i).append("\t2\t3\tgone\tabc\n");
        }
        Files.writeString(file(".ninja_log"), text);
        try (CommandLog log = commands()) {
            log.record(new int[] {node("c")}, 1, 2, 3, 1);
        }
        assertThat(Files.readString(file(".ninja_log")))
                .isEqualTo("# ninja log v5\n199\t2\t3\ta\tabc\n1\t2\t3\tc\t1\n");
    }

    @Test
    void dependenciesAreReadAgain() throws Exception {
        try (DepsLog log = deps()) {
            log.record(node("a"), 0x123456789abcL, new int[] {node("x"), node("new header.h")});
            log.record(node("b"), 7, new int[] {});
            log.record(node("a"), 9, new int[] {node("x")});
        }
        DepsLog again = deps();
        assertThat(again.inputs(node("a"))).containsExactly(node("x"));
        assertThat(again.mtime(node("a"))).isEqualTo(9);
        assertThat(again.inputs(node("b"))).isEmpty();
        assertThat(again.has(node("c"))).isFalse();
        assertThat(Files.size(file(".ninja_deps")) % 4).isZero();
    }

    @Test
    void theSameDependenciesAreNotWrittenTwice() throws Exception {
        try (DepsLog log = deps()) {
            log.record(node("a"), 5, new int[] {node("x")});
            long size = Files.size(file(".ninja_deps"));
            log.record(node("a"), 5, new int[] {node("x")});
            assertThat(Files.size(file(".ninja_deps"))).isEqualTo(size);
        }
    }

    @Test
    void everyTruncationOfADepsLogKeepsTheRecordsBeforeItAndCanBeAppendedTo() throws Exception {
        try (DepsLog log = deps()) {
            log.record(node("a"), 1, new int[] {node("x"), node("h")});
            log.record(node("b"), 2, new int[] {node("h")});
        }
        byte[] golden = Files.readAllBytes(file(".ninja_deps"));
        for (int length = 0; length < golden.length; length++) {
            Files.write(file(".ninja_deps"), Arrays.copyOf(golden, length));
            try (DepsLog log = deps()) {
                log.record(node("c"), 3, new int[] {node("h")});
            }
            DepsLog again = deps();
            assertThat(again.inputs(node("c"))).containsExactly(node("h"));
            assertThat(again.has(node("b"))).isFalse();
        }
    }

    @Test
    void mutatedLogsAreReadAsFarAsTheyGo() throws Exception {
        try (DepsLog log = deps();
                CommandLog commands = commands()) {
            log.record(node("a"), 1, new int[] {node("x"), node("h")});
            log.record(node("b"), 2, new int[] {node("h")});
            commands.record(new int[] {node("a"), node("b")}, 1, 2, 3, 4);
        }
        byte[] goldenDeps = Files.readAllBytes(file(".ninja_deps"));
        byte[] goldenCommands = Files.readAllBytes(file(".ninja_log"));
        Random random = new Random(3);
        for (int i = 0; i < 2000 * Integer.getInteger("heddle.fuzz", 1); i++) {
            parse();
            Files.write(file(".ninja_deps"), Manifests.mutated(goldenDeps, random));
            Files.write(file(".ninja_log"), Manifests.mutated(goldenCommands, random));
            DepsLog log = deps();
            for (int output : log.outputs()) {
                assertThat(Arrays.stream(log.inputs(output))).allMatch(input -> input < manifest.nodeCount());
            }
            assertThat(Arrays.stream(commands().nodes())).allMatch(each -> each < manifest.nodeCount());
        }
    }

    @Test
    void anInterruptedThreadStillNotesWhatHasEnded() throws Exception {
        try (CommandLog commands = commands();
                DepsLog deps = deps();
                LockFile lock = LockFile.take(file(".ninja_lock"))) {
            for (String output : List.of("a", "b")) {
                Thread.currentThread().interrupt();
                assertThat(lock.now()).isPositive();
                commands.record(new int[] {node(output)}, 1, 2, 3, 4);
                deps.record(node(output), 1, new int[] {node("x")});
                assertThat(Thread.interrupted()).isTrue();
            }
        }
        assertThat(commands().has(node("b"))).isTrue();
        assertThat(deps().has(node("b"))).isTrue();
    }

    @Test
    void aRewrittenDepsLogHoldsTheLastRecordsOfLiveOutputs() throws Exception {
        try (DepsLog log = deps()) {
            for (int i = 0; i < 5; i++) {
                log.record(node("a"), i, new int[] {node("x"), node("h" + i)});
                log.record(node("dead"), i, new int[] {node("x")});
            }
            log.rewrite();
            log.record(node("b"), 1, new int[] {node("x")});
        }
        DepsLog again = deps();
        assertThat(again.outputs()).containsExactlyInAnyOrder(node("a"), node("b"));
        assertThat(again.inputs(node("a"))).containsExactly(node("x"), node("h4"));
    }
}
