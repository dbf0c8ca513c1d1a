package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged launcher under any locale: names that are not ASCII, and the environment of jobs. */
class LauncherLocaleIT {

    private static final String CLEAN = "env -i PATH=\"$PATH\" PWD=\"$PWD\" JAVA_HOME=\"$JAVA_HOME\" ";

    @TempDir
    Path directory;

    @TempDir
    Path scripts;

    /** Runs a line of the shell in which $heddle is the launcher. */
    private Run shell(String line) throws IOException, InterruptedException {
        String heddle = "heddle='" + Programs.samples().resolve("heddle") + "'\n";
        Path script =
                Files.writeString(scripts.resolve("script"), heddle + line); // arguments depend on this JVM's locale
        return Programs.run(directory, List.of("sh", script.toString()));
    }

    /** Names in a directory as the shell has them, so that no encoding of this JVM comes in between. */
    private String names(String where) throws IOException, InterruptedException {
        return shell("cd " + where + " && ls").output();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LC_ALL=C", "LANG=C", "LC_CTYPE=POSIX", "LC_ALL=", "LANG=xx_YY.UTF-8", "LC_ALL=C.UTF-8"})
    void namesThatAreNotAsciiAreWhatTheyAre(String locale) throws IOException, InterruptedException {
        shell("mkdir -p täst/ünten; cat >täst/build.ninja <<'END'\n"
                + "rule copy\n  command = cp $in $out; echo mäde $out\nbuild zwö: copy äins\nEND\n"
                + "echo one >täst/äins\n"
                + "cat >täst/gräph.json <<'END'\n"
                + "{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"tásk\", \"steps\": [{\"name\": \"run\","
                + " \"command\": {\"argv\": [\"cp\", \"../äins\", \"drêi\"], \"directory\": \"ünten\"}}]}]}\nEND\n");
        Run run = shell("export " + locale + "\n"
                + "$heddle ninja -C täst --record rëcord.hlog && $heddle log cat rëcord.hlog zwö && cd täst &&"
                + " $heddle run gräph.json --log=text --log-dir=lög && $heddle mux -- touch é 'a b' ::: 'echo ö >€'");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("\nmäde zwö\n");
        assertThat(names("täst").lines()).contains("zwö", "é", "a b", "€", "lög");
        assertThat(names("täst/ünten")).isEqualTo("drêi\n");
        assertThat(names(".").lines()).contains("rëcord.hlog").hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LC_ALL=C", "LC_ALL=", "LC_ALL=xx_YY", "LC_ALL=C.UTF-8", "LANG=C", "LC_CTYPE=C LANG=de_DE"})
    void jobsSeeTheEnvironmentOfTheCaller(String locale) throws IOException, InterruptedException {
        String variables = locale + " java=1 jar=2 root=3 self=4 link=5 samples=6 cds=7 archive=8 LATIN=\"$latin\"";
        String line = "latin=$(printf 'caf\\351')\n";
        shell(line + CLEAN + variables + " env | sort >expected");
        Run run = shell(line + CLEAN + variables + " $heddle mux --record r.hlog -- env >shown");
        assertThat(run.exitCode()).as(run.output()).isZero();
        shell("$heddle log cat r.hlog env | sort >seen");
        assertThat(shell("diff -a expected seen | cat -v").output()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mux -- touch \"$latin\"",
                "mux -- \"touch $latin\"",
                "ninja -C \"$latin\"",
                "run \"$latin\"",
                "log cat \"$latin\"",
                "mux --record \"$latin.hlog\" -- 'touch x'"
            })
    void argumentThatIsNotUtf8IsRefused(String words) throws IOException, InterruptedException {
        for (String locale : List.of("LC_ALL=C", "LC_ALL=C.UTF-8")) {
            Run run = shell("latin=$(printf 'caf\\351'); export " + locale + "; $heddle " + words);
            assertThat(run.exitCode()).as(run.output()).isEqualTo(2);
            assertThat(run.output()).startsWith("heddle: argument '").contains("caf\\xE9", "not UTF-8");
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files).isEmpty();
            }
        }
    }

    @Test
    void replacementCharacterThatIsMeantIsTaken() throws IOException, InterruptedException {
        Run run = shell("$heddle mux -- touch \"$(printf '\\357\\277\\275')\"");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(names(".")).isEqualTo("\uFFFD\n");
    }

    @Test
    void directoryWhoseNameIsNotUtf8IsRefused() throws IOException, InterruptedException {
        Run run = shell(
                "latin=$(printf 'caf\\351'); mkdir \"$latin\"; cd \"$latin\"; $heddle mux -- touch x; code=$?; ls;"
                        + " cd ..; rm -r \"$latin\"; exit $code");
        assertThat(run.exitCode()).as(run.output()).isEqualTo(2);
        assertThat(run.output()).contains("current directory is not UTF-8").doesNotContain("\nx\n");
    }

    @Test
    void wordsThatBeginWithAnAtSignAreTheJobs() throws IOException, InterruptedException {
        Run run = shell("echo word >file; $heddle mux -- echo @file");
        assertThat(run.output()).contains("\n@file\n");
    }
}
