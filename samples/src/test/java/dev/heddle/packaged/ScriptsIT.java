package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @Test
    void kotlinScriptBuildsAndGetsTheArtifactsByTheirCoordinates() throws IOException, InterruptedException {
        Run run = Programs.run(
                directory,
                Programs.java(
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
                        engine("kotlin-main-kts") + ":" + engine("kotlin-stdlib") + ":"
                                + engine("kotlin-script-runtime"),
                        "-script",
                        script("build.main.kts"),
                        "first",
                        "second"));
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

    /** Each script runs two tasks at once and then a third; the two lines of a task are never parted. */
    private static void assertThatItBuilt(Run run, String lastWord) {
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .containsPattern("stringing the warp\\R.*warp is ready")
                .containsPattern("winding the weft\\R.*weft is ready")
                .contains(lastWord)
                .contains("3 tasks ran");
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
