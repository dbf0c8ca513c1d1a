package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in {@code samples/scripts} run against installed jars, as their users would run them. */
class ScriptsIT {

    private static String engines;

    @TempDir
    Path directory;

    @BeforeAll
    static void findScriptEngines() throws IOException, InterruptedException {
        Path list = Programs.home().resolve("script-engines.txt");
        Run run = Programs.run(
                Programs.samples().resolve("scripts"),
                Programs.maven(
                        "dependency:build-classpath",
                        "-Dmdep.outputFile=" + list,
                        "-Dmaven.repo.local=" + Programs.mavenRepository()));
        assertThat(run.exitCode()).as(run.output()).isZero();
        engines = Files.readString(list).strip();
    }

    /** Runs a Kotlin script as {@code kotlin} does. */
    private Run kotlin(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Programs.java(
                "java",
                "-Xmx800m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Duser.home=" + Programs.home(),
                "-cp",
                engines,
                "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
                "-no-stdlib",
                "-no-reflect",
                "-cp",
                engine("kotlin-main-kts") + ":" + engine("kotlin-stdlib") + ":" + engine("kotlin-script-runtime"),
                "-script",
                script(script)));
        command.addAll(List.of(arguments));
        return Programs.run(directory, command);
    }

    @Test
    void kotlinScriptBuildsAndGetsTheArtifactsByTheirCoordinates() throws IOException, InterruptedException {
        Run run = kotlin("build.main.kts", "first", "second");
        assertThatItBuilt(run, "woven in Kotlin from first, second");
    }

    @Test
    void groovyScriptBuildsAndGrabsTheArtifactsByTheirCoordinates() throws IOException, InterruptedException {
        Run run = Programs.run(
                directory,
                Programs.java(
                        "java",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Duser.home=" + Programs.home(),
                        "-Dgrape.root=" + directory.resolve("grapes"),
                        "-cp",
                        engine("groovy") + ":" + engine("ivy"),
                        "groovy.ui.GroovyMain",
                        script("build.groovy"),
                        "first",
                        "second"));
        assertThatItBuilt(run, "woven in Groovy from first, second");
    }

    @Test
    void singleJavaFileBuilds() throws IOException, InterruptedException {
        Run run = Programs.run(
                directory,
                Programs.java("java", "-cp", Programs.installedClassPath(), script("Build.java"), "first", "second"));
        assertThatItBuilt(run, "woven in Java from first, second");
    }

    @Test
    void jshellScriptBuilds() throws IOException, InterruptedException {
        Run run = Programs.run(
                directory,
                Programs.java(
                        "jshell",
                        "-J-Duser.home=" + Programs.home(),
                        "--class-path",
                        Programs.installedClassPath(),
                        script("build.jsh")));
        assertThatItBuilt(run, "woven in JShell");
    }

    @Test
    void multiplexerAloneIsUsedFromJava() throws IOException, InterruptedException {
        Path recording = directory.resolve("java.hlog");
        Run run = Programs.run(
                directory, Programs.java("java", "-cp", multiplexerAlone(), script("Mux.java"), recording.toString()));
        assertThatItWove(run, "woven in Java", recording);
    }

    @Test
    void multiplexerAloneIsUsedFromKotlin() throws IOException, InterruptedException {
        Path recording = directory.resolve("kotlin.hlog");
        assertThatItWove(kotlin("mux.main.kts", recording.toString()), "woven in Kotlin", recording);
    }

    private static void assertThatItWove(Run run, String lastWord, Path recording) {
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .containsPattern("shuttle 1 pick 1\\Rshuttle 1 pick 2\\Rshuttle 1 pick 3")
                .containsPattern("shuttle 2 pick 1\\Rshuttle 2 pick 2\\Rshuttle 2 pick 3")
                .contains(lastWord);
        assertThat(recording).isNotEmptyFile();
    }

    @Test
    void streamOfAGuixDaemonIsPassedOnToTheByteAndShownByBuild() throws IOException, InterruptedException {
        String stream = """
                @ build-started /gnu/store/%1$s-warp.drv - x86_64-linux /log 7
                @ build-started /gnu/store/%1$s-weft.drv - x86_64-linux  8
                @ build-log 7 8
                strings @ build-log 8 12
                weft
                caf\u00e9
                @ build-log 7 9
                the warp
                @ build-succeeded /gnu/store/%1$s-warp.drv -
                @ build-failed /gnu/store/%1$s-weft.drv - 1 builder failed
                """.formatted("0".repeat(32)).replace("caf\u00e9\n", "caf\u00e9\n!");
        Path session = Files.writeString(directory.resolve("session"), stream);
        Path copy = directory.resolve("copy");
        Run run = Programs.run(
                directory,
                Programs.java(
                        "java",
                        "-cp",
                        multiplexerAlone(),
                        script("TeeGuix.java"),
                        session.toString(),
                        copy.toString()));
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(copy).hasSameBinaryContentAs(session);
        assertThat(run.output())
                .contains("strings the warp\n", "weft\ncaf\u00e9\n!", "builder failed", "1 built, 1 failed");
    }

    /** Each script runs two tasks at once and then a third; the two lines of a task are never parted. */
    private static void assertThatItBuilt(Run run, String lastWord) {
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .containsPattern("stringing the warp\\R.*warp is ready")
                .containsPattern("winding the weft\\R.*weft is ready")
                .contains(lastWord)
                .contains("3 tasks ran");
    }

    /** The jars of the multiplexer and of what it needs, without the scheduler and the store. */
    private static String multiplexerAlone() throws IOException {
        return Arrays.stream(Programs.installedClassPath().split(":"))
                .filter(jar -> !jar.contains("heddle-scheduler") && !jar.contains("heddle-store"))
                .collect(Collectors.joining(":"));
    }

    private static String script(String name) {
        return Programs.samples().resolve("scripts").resolve(name).toString();
    }

    private static String engine(String artifact) {
        for (String jar : engines.split(":")) {
            if (Path.of(jar).getFileName().toString().matches(artifact + "-[0-9.]+\\.jar")) {
                return jar;
            }
        }
        throw new AssertionError("no " + artifact + " among " + engines);
    }
}
