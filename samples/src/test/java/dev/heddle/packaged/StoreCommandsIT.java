package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code heddle store} beside real Nix, and on bad input. */
class StoreCommandsIT {

    /** A tree with a name that is not UTF-8, one with a line's end, a link into nowhere, an empty directory and a program. */
    private static final String TREE = """
            mkdir -p tree/empty tree/sub
            echo hello >tree/a
            printf '#!/bin/sh\\n' >tree/sub/run
            chmod +x tree/sub/run
            ln -s /nowhere tree/link
            printf x >"$(printf 'tree/sub/\\377')"
            printf y >"$(printf 'tree/sub/two\\nlines')"
            """;

    @TempDir
    Path directory;

    private Run shell(String line) throws IOException, InterruptedException {
        String heddle = Programs.samples().resolve("heddle").toString();
        return Programs.run(directory, List.of("sh", "-c", "heddle='" + heddle + "'\n" + line));
    }

    @BeforeEach
    void makeTree() throws Exception {
        assertThat(shell(TREE).output()).isEmpty();
    }

    private void needsNix() throws Exception {
        assumeTrue(shell("command -v nix-store").exitCode() == 0, "nix-store is not installed (Debian: nix-bin)");
    }

    @Test
    void archivesAndHashesAreThoseOfNix() throws Exception {
        needsNix();
        Run run = shell("""
                export NIX_REMOTE= HOME=$PWD
                $heddle store dump tree >ours.nar
                nix-store --dump tree >theirs.nar 2>/dev/null
                cmp ours.nar theirs.nar
                for algorithm in md5 sha1 sha256 sha512; do
                  [ "$($heddle store hash --algorithm $algorithm --form nix32 tree)" = \\
                    "$(nix-hash --type $algorithm --base32 tree 2>/dev/null)" ] || echo "other $algorithm of a tree"
                  [ "$($heddle store hash --flat --algorithm $algorithm --form base16 tree/a)" = \\
                    "$(nix-hash --type $algorithm --flat tree/a 2>/dev/null)" ] || echo "other $algorithm of a file"
                done
                $heddle store restore made <theirs.nar
                nix-store --dump made 2>/dev/null | cmp - ours.nar
                chmod -R u+w made
                """);
        assertThat(run.output()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void anArchiveIsListedWithoutUnpackingIt() throws Exception {
        Run run = shell("""
                $heddle store dump tree >tree.nar
                $heddle store ls -R tree.nar
                $heddle store ls tree.nar sub
                $heddle store ls -l tree.nar a
                $heddle store ls --json tree.nar >tree.ls
                $heddle store ls -R tree.ls | tail -n 1
                """);
        assertThat(run.output()).isEqualTo("""
                a
                empty
                link
                sub
                sub/run
                sub/two\\x0alines
                sub/\\xff
                run
                two\\x0alines
                \\xff
                -              6            232  a
                sub/\\xff
                """);
    }

    @Test
    void aStoreOfTheLauncherIsOneOfNixAndTheOtherWayRound() throws Exception {
        needsNix();
        Run run = shell("""
                export NIX_REMOTE="local?store=$PWD/s/store&state=$PWD/s/var/nix&log=$PWD/s/var/log/nix" HOME=$PWD
                export NIX_CONFIG="build-users-group ="
                ours=$($heddle store add --store s tree)
                text=$(echo words | $heddle store add --store s --text --name words --reference "$ours" -)
                nix-store --verify --check-contents 2>&1 | grep -v -e '^reading the Nix' -e '^checking' | sed 's/^/nix: /'
                [ "$(nix-store -q --hash "$ours" 2>/dev/null)" = "$($heddle store query --store s --hash "$ours")" ] || echo other hash
                [ "$(nix-store -qR "$text")" = "$($heddle store query --store s -R "$text")" ] || echo other closure
                theirs=$(nix-store --add tree/a 2>/dev/null)
                [ "$theirs" = "$($heddle store add --store s tree/a)" ] || echo other path
                $heddle store verify --store s --check-contents 2>said || cat said
                $heddle store export --store s -R "$text" >export
                [ "$($heddle store import --store s <export)" = "$(printf '%s\\n' "$ours" "$text")" ] || echo other import
                head -c 400 export | $heddle store import --store t 2>said && echo a cut export was taken
                ls t/store
                """);
        assertThat(run.output()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void theResultOfABuildIsAloneOnStandardOutputAndItsExitCodeIsNixs() throws Exception {
        Run run = shell("""
                system=$(uname -m)-linux
                echo 'Derive([("out","","","")],[],[],"'$system'","/bin/sh",["-c","echo said; echo made >$out"],[("out","")])' >good.drv
                echo 'Derive([("out","","","")],[],[],"'$system'","/bin/sh",["-c","exit 1"],[("out","")])' >bad.drv
                $heddle store build --store s --add-root result good.drv 2>said
                [ "$(cat result)" = made ] && grep -c '^said$' said
                $heddle store build --store s -j 4 good.drv bad.drv >paths 2>said
                echo $? $(wc -l <paths)
                $heddle store log --store s ./result
                $heddle store gc --store s 2>said | grep -c -e -bad.drv
                """);
        assertThat(run.output()).matches("/.*/s/store/[a-z0-9]{32}-good\n1\n100 0\nsaid\n1\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dump gone | 2 | gone: no such file or directory",
                "hash gone | 2 | gone: no such file or directory",
                "hash --flat tree | 2 | tree: is no regular file",
                "hash --algorithm sha3 tree | 2 | --algorithm: unknown hash algorithm 'sha3'",
                "hash --form octal tree | 2 | octal",
                "convert x | 2 | names no hash algorithm",
                "convert sha256:abc | 2 | sha256 hash has",
                "convert --algorithm md5 sha1:x6l5 | 2 | sha1 hash has",
                "restore tree | 2 | tree: there is something already",
                "restore made </dev/null | 2 | standard input: NAR offset 0",
                "restore made <tree/a | 2 | standard input: NAR offset 6",
                "restore gone/made <good.nar | 1 | gone/made: was not made",
                "ls gone.nar | 2 | gone.nar: no such file or directory",
                "ls tree/a | 2 | tree/a: NAR offset 6",
                "ls good.nar nothing | 1 | good.nar: has no entry 'nothing'",
                "ls --json -R good.nar | 2 | --json: prints the whole archive",
                "ls bad.ls | 2 | bad.ls:1:12",
                "ls tree | 2 | tree: is no regular file",
                "ls fifo | 2 | fifo: is no regular file",
                "dump tree >/dev/full | 1 | standard output: No space left on device",
                "frobnicate | 2 | Unmatched argument"
            })
    void badInputIsToldAndNothingIsLeft(String arguments, int exitCode, String words) throws Exception {
        assertThat(shell("$heddle store dump tree/a >good.nar; echo '{\"version\":2}' >bad.ls; mkfifo fifo")
                        .exitCode())
                .isZero();
        Run run = shell("$heddle store " + arguments);
        assertThat(run.output()).startsWith("heddle: ").contains(words).doesNotContain("\tat ", "unexpected");
        assertThat(run.exitCode()).as(run.output()).isEqualTo(exitCode);
        assertThat(Files.exists(directory.resolve("made"))).isFalse();
    }

    @Test
    void everyCutArchiveLeavesNothing() throws Exception {
        Run run = shell("""
                $heddle store dump tree >tree.nar
                for length in 8 100 400 1000; do
                  head -c $length tree.nar | $heddle store restore made 2>told
                  echo "$? $(grep -c 'standard input: NAR offset' told) $(ls -A | grep -c -e made -e unpack)"
                done
                """);
        assertThat(run.output()).isEqualTo("2 1 0\n".repeat(4));
    }
}
