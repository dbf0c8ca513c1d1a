package dev.heddle.samples.ninja;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said about input that cannot be built: place, reason, exit code, and that nothing was started. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BadInputTest {

    private static final String RULE = "rule r\n  command = touch $out ran\n";

    @TempDir
    Path directory;

    @BeforeEach
    void sources() throws IOException {
        Files.writeString(directory.resolve("in"), "");
    }

    private Peer.Said build(String manifest, String... targets) throws IOException {
        Files.writeString(directory.resolve("build.ninja"), manifest);
        return Peer.heddle(directory, options -> options.targets = List.of(targets));
    }

    // Ninja refuses it as well, with a text that ours contains.
    private void refused(String manifest, String said, String ninjaSays) throws Exception {
        Peer.Said ours = build(manifest);
        assertThat(ours.text()).startsWith(said);
        assertThat(ours.exitCode()).isEqualTo(2);
        assertThat(files()).as(said).containsExactly("build.ninja", "in");
        if (Peer.hasNinja()) {
            Peer.Said theirs = Peer.ninja(directory);
            assertThat(theirs.exitCode()).isEqualTo(1);
            assertThat(theirs.text()).contains(ninjaSays);
        }
        for (String left : files()) {
            if (!left.equals("in")) {
                Files.delete(directory.resolve(left));
            }
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatIsWrongWithTheGraphIsToldAtTheStatementConcerned() throws Exception {
        String cycle = "dependency cycle: a -> b -> a";
        refused("build a: phony b\nbuild b: phony a\nbuild c: phony a\n", "build.ninja:1:7: " + cycle + "\n", cycle);
        refused(RULE + "build a | x: r a\nbuild c: r a\n", "build.ninja:3:7: dependency cycle: a -> a\n", "a -> a");
        String missing = "'gone', needed by 'b', missing and no known rule to make it";
        refused(RULE + "build a: r in\nbuild b: r gone\n", "build.ninja:4:7: " + missing + "\n", missing);
        assertThat(build(RULE + "build b: r gone\n").text())
                .endsWith("\n  restore the file, or write a statement that makes it");
        assertThat(build("build a: phony b\nbuild b: phony a\n", "a").text())
                .endsWith("\n  each of them needs the next: take one of the inputs out of its statement");
        Files.writeString(directory.resolve("more"), RULE + "build a: r in\nbuild b: r gone\n");
        Peer.Said included = build("include more\n");
        assertThat(included.text()).startsWith("more:4:7: " + missing + "\nbuild b: r gone\n      ^");
    }

    @Test
    void whatTheManifestItselfIsMadeFromIsToldToBeNeededForIt() throws Exception {
        Peer.Said said = build(RULE + "build build.ninja: r gone\n  generator = 1\nbuild a: r in\n", "a");
        assertThat(said.text())
                .startsWith("build.ninja:3:7: 'gone', needed by 'build.ninja', missing and no known rule to make it\n")
                .endsWith("\n  without it 'build.ninja' itself cannot be brought up to date");
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(files()).doesNotContain("ran", "a");
    }

    @Test
    void aGraphInWhichEveryOutputIsNeededHasACycle() throws Exception {
        refused(
                "build a: phony b\nbuild b: phony a\n",
                "build.ninja:1:7: dependency cycle: a -> b -> a\n",
                "could not determine root nodes of build graph");
    }

    @Test
    void aPhonyStatementThatNamesItselfIsBuiltOnlyWhenAskedForAsByNinja() throws Exception {
        String manifest = "build a: phony a\n";
        Peer.Said ours = build(manifest);
        String warning = "phony target 'a' names itself as an input; ignoring [-w phonycycle=warn]\n";
        String error = "could not determine root nodes of build graph\n";
        assertThat(ours.text())
                .startsWith("heddle: warning: " + warning + "build.ninja:1:7: " + error)
                .contains("name the targets to build on the command line");
        assertThat(ours.exitCode()).isEqualTo(1);
        assertThat(build(manifest, "a").nothingToDo()).isTrue();
        if (Peer.hasNinja()) {
            Peer.Said theirs = Peer.ninja(directory);
            assertThat(theirs.exitCode()).isEqualTo(1);
            assertThat(theirs.text()).contains("ninja: warning: " + warning, "ninja: error: " + error);
            assertThat(Peer.ninja(directory, "a").nothingToDo()).isTrue();
        }
        Peer.Said other = build(RULE + "build a: phony a x\nbuild x: r\nbuild y: r\n");
        assertThat(other.exitCode()).isZero();
        assertThat(files()).contains("y").doesNotContain("x");
    }

    @Test
    void whatCannotBeEvaluatedIsFoundOutBeforeAnythingRuns() throws Exception {
        refused(
                "rule r\n  command = touch first $depfile\n  depfile = $command\nbuild b: r in\n",
                "build.ninja:4:7: cycle in rule variables: depfile -> command -> depfile\n",
                "cycle in rule variables: command -> depfile -> command");
        Peer.Said late = build(RULE + "rule s\n  command = touch second\n  rspfile = $rspfile_content\n"
                + "  rspfile_content = $rspfile\nbuild a: r in\nbuild b: s a\n");
        assertThat(late.exitCode()).isEqualTo(2);
        assertThat(late.text()).contains("build.ninja:8:7: cycle in rule variables");
        assertThat(files()).doesNotContain("ran", "a");
    }

    @Test
    void anUnknownKindOfDepsIsRefusedWhenTheManifestIsRead() throws Exception {
        String said = "build.ninja:4:7: unknown deps type 'foo'; there are gcc and msvc\nbuild a: r in\n      ^";
        assertThat(build(RULE + "  deps = foo\nbuild a: r in\n").text()).isEqualTo(said);
        Peer.Said own = build(RULE + "build z: r\nbuild a: r in\n  deps = foo\n");
        assertThat(own.text()).isEqualTo(said);
        assertThat(own.exitCode()).isEqualTo(2);
        Peer.Said bare = build(RULE + "  deps = gcc\nbuild a: r in\n");
        assertThat(bare.text()).startsWith("build.ninja:4:7: edge with deps=gcc but no depfile makes no sense\n");
        assertThat(bare.exitCode()).isEqualTo(2);
        assertThat(files()).containsExactly("build.ninja", "in");
    }

    @Test
    void aSecondStatementForAnOutputNamesTheFirst() throws Exception {
        refused(
                RULE + "build a: r in\nbuild b a: r\n",
                "build.ninja:4:9: multiple rules generate a\n",
                "rules generate a");
        assertThat(build(RULE + "build a: r in\nbuild b a: r\n").text())
                .endsWith("\n  the other statement for it is at build.ninja:3:7");
    }

    @Test
    void aDyndepFileThatIsMissingOrWrongIsToldWithItsPlace() throws Exception {
        String user = RULE + "build a: r in || dd\n  dyndep = dd\n";
        refused(
                user,
                "build.ninja:3:7: loading dyndep file 'dd': No such file or directory\n",
                "loading 'dd': No such file or directory");
        Files.writeString(directory.resolve("dd"), "ninja_dyndep_version = 1\nbuild b: dyndep\n");
        Peer.Said mentions = build(user + "build b: r\n");
        assertThat(mentions.text()).startsWith("dd:2:7: mentions output 'b' whose build statement");
        assertThat(mentions.exitCode()).isEqualTo(2);
        Files.writeString(directory.resolve("dd"), "ninja_dyndep_version = 1\n");
        assertThat(build(user).text()).startsWith("build.ninja:3:7: 'a' not mentioned in its dyndep file 'dd'\n");
        Files.writeString(directory.resolve("dd"), "ninja_dyndep_version = 1\nbuild a | b: dyndep\n");
        assertThat(build(user + "build b: r\n").text())
                .startsWith("dd:2:7: multiple rules generate b\n")
                .endsWith("at build.ninja:5:7");
    }

    @Test
    void aBuildDirectoryThatCannotBeMadeIsToldWhereItWasSet() throws Exception {
        String rest = RULE + "build a: r in\n";
        refused("builddir = in/x\n" + rest, "build.ninja:1:12: builddir: 'in' is not a directory\n", "Not a directory");
        refused(
                "v = 1\nbuilddir = in\n" + rest,
                "build.ninja:2:12: builddir: 'in' is not a directory\n",
                "Not a directory");
    }

    @Test
    void aBuildDirectoryIsMadeAsItsNameSpellsIt() throws Exception {
        Peer.Said said = build("builddir = ./bd/../bd2\n" + RULE + "build a: r in\n");
        assertThat(said.exitCode()).as(said.text()).isZero();
        assertThat(directory.resolve("bd")).isEmptyDirectory();
        assertThat(directory.resolve("bd2/.ninja_log")).exists();
        assertThat(build("builddir = ./bd/../bd2\n" + RULE + "build a: r in\n").nothingToDo())
                .isTrue();
    }

    @Test
    void aFailureOfTheBuildToolItselfIsToldOnceAndWithoutTheNameOfAClass() throws Exception {
        Peer.Said parents = build(RULE + "build in/a: r\n");
        assertThat(parents.exitCode()).isEqualTo(1);
        assertThat(parents.text())
                .containsOnlyOnce("making the directory of 'in/a': 'in' is not a directory")
                .contains("FAILED: in/a")
                .doesNotContain("Exception");
        Peer.Said depfile =
                build("rule r\n  command = echo zz > $out.d\n  depfile = $out.d\n  deps = gcc\nbuild a: r\n");
        assertThat(depfile.text())
                .containsOnlyOnce("a.d: expected ':' in depfile")
                .doesNotContain("Exception");
        Peer.Said response = build("rule r\n  command = true\n  rspfile = in/x\n  rspfile_content = y\nbuild a: r\n");
        assertThat(response.text()).containsOnlyOnce("'in' is not a directory").doesNotContain("Exception");
    }

    @Test
    void aSecondBuildInADirectoryIsRefusedAndToldWhoIsThere() throws Exception {
        Files.writeString(directory.resolve("build.ninja"), RULE + "build a: r in\n");
        try (LockFile held = LockFile.take(directory.resolve(".ninja_lock"))) {
            assertThat(held.now()).isPositive();
            Peer.Said second = Peer.heddle(directory, options -> {});
            long self = ProcessHandle.current().pid();
            assertThat(second.exitCode()).isEqualTo(2);
            assertThat(second.text())
                    .isEqualTo(directory.resolve(".ninja_lock") + ": process " + self
                            + " is building here\n  wait until it has ended, or end it with 'kill " + self + "'");
            assertThat(files()).doesNotContain("a", "ran");
            Files.delete(directory.resolve(".ninja_lock"));
            assertThat(held.now())
                    .as("ninja has built here and removed the file")
                    .isZero();
        }
        assertThat(Peer.heddle(directory, options -> {}).exitCode()).isZero();
        assertThat(files()).contains("a").doesNotContain(".ninja_lock");
    }

    @ParameterizedTest
    @ValueSource(strings = {"clean", "cleandead", "recompact", "restat"})
    void aToolThatChangesFilesIsRefusedWhileABuildRuns(String tool) throws Exception {
        assertThat(build(RULE + "build a: r in\n").exitCode()).isZero();
        byte[] log = Files.readAllBytes(directory.resolve(".ninja_log"));
        try (LockFile held = LockFile.take(directory.resolve(".ninja_lock"))) {
            assertThat(held.now()).isPositive();
            Peer.Said refused = Peer.heddle(directory, options -> options.tool = tool);
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.text())
                    .contains(".ninja_lock: process ", " is building here", "wait until it has ended");
            assertThat(files()).contains("a");
            assertThat(Files.readAllBytes(directory.resolve(".ninja_log"))).isEqualTo(log);
            assertThat(Peer.heddle(directory, options -> options.tool = "rules").exitCode())
                    .as("one that only looks")
                    .isZero();
        }
        assertThat(Peer.heddle(directory, options -> options.tool = tool).exitCode())
                .isZero();
        assertThat(files()).doesNotContain(".ninja_lock");
    }

    @Test
    void aBuildsOwnJobMayRunATool() throws Exception {
        assertThat(build(RULE + "build a: r in\n").exitCode()).isZero();
        long parent = ProcessHandle.current().parent().orElseThrow().pid();
        Files.writeString(directory.resolve(".ninja_lock"), parent + "\n");
        Peer.Said cleaned = Peer.heddle(directory, options -> options.tool = "clean");
        assertThat(cleaned.exitCode()).isZero();
        assertThat(files()).contains(".ninja_lock").doesNotContain("a");
    }

    @Test
    void aLogOrALockThatCannotBeWrittenIsToldWithTheReason() throws Exception {
        Files.createDirectory(directory.resolve(".ninja_lock"));
        Peer.Said lock = build(RULE + "build a: r in\n");
        assertThat(lock.text()).isEqualTo(directory.resolve(".ninja_lock") + ": cannot be written: Is a directory");
        assertThat(lock.exitCode()).isEqualTo(2);
        Files.delete(directory.resolve(".ninja_lock"));
        Files.createDirectory(directory.resolve(".ninja_log"));
        Peer.Said log = build(RULE + "build a: r in\n");
        assertThat(log.text()).contains("loading build log ", ": Is a directory");
        assertThat(log.exitCode()).isEqualTo(2);
        assertThat(files()).doesNotContain("a", "ran");
    }

    @Test
    void aLockFileThatAKilledBuildLeftIsNoLock() throws Exception {
        Files.writeString(directory.resolve(".ninja_lock"), "1\n");
        assertThat(build(RULE + "build a: r in\n").exitCode()).isZero();
    }
}
