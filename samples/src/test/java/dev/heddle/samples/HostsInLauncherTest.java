package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The machines of a hosts file as the launcher uses and checks them; here all of them are this one. */
@Timeout(120)
class HostsInLauncherTest extends LauncherFixture {

    /** An architecture that this machine has not. */
    private static final String OTHER_ARCH =
            System.getProperty("os.arch").toLowerCase(Locale.ROOT).contains("sparc") ? "vax" : "sparc64";

    private Path write(String name, String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines));
    }

    @Test
    void aCheckShowsALineForEachHost() throws IOException {
        Path hosts = write("hosts", "localhost jobs=3", "local:other jobs=2");
        assertThat(heddle("hosts", "check", hosts.toString(), "--host-tool", "sh=echo one"))
                .isZero();
        assertThat(shown().lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches("HOST +STATUS +SLOTS +ARCH +SYSTEM"),
                        line -> assertThat(line).matches("localhost +up +3 +\\S+ +\\S+"),
                        line -> assertThat(line).matches("local:other +up +2 +\\S+ +\\S+"));
    }

    @Test
    void aCheckRunsTheStartUpProgramAndKeepsWhatItPrints() throws IOException {
        Path program = write("mount-all", "#!/bin/sh", "echo mounted");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Path hosts = write("hosts", "STARTUP=" + program, "localhost");
        Path logs = directory.resolve("logs");
        assertThat(heddle("hosts", "check", hosts.toString(), "--host-logs", logs.toString()))
                .isZero();
        assertThat(logs.resolve("init.localhost.log")).hasContent("mounted\n");
    }

    @Test
    void aCheckTellsHostsThatCannotBeUsedByItsExitCode() throws IOException {
        Path some = write("some", "localhost jobs=1", "local:other arch=" + OTHER_ARCH);
        assertThat(heddle("hosts", "check", some.toString())).isEqualTo(1);
        assertThat(shown()).containsPattern("local:other +refused +- .*its architecture is '.*', not '" + OTHER_ARCH);
        Path none = write("none", "STARTUP=/nonexistent/program", "localhost jobs=1");
        assertThat(heddle("hosts", "check", none.toString())).isEqualTo(3);
        assertThat(shown()).containsPattern("localhost +refused +1 .*/nonexistent/program");
    }

    @Test
    void hostsThatDifferAreToldInTheSignatureLog() throws IOException {
        Path hosts = write("hosts", "local:a jobs=1", "local:b jobs=1", "local:c jobs=1");
        Path first = directory.resolve("first");
        // Only one of the three can make the directory, and so prints something else.
        String tool = "cc=mkdir '" + first + "' && echo 13 || echo 12";
        Path logs = directory.resolve("logs");
        assertThat(heddle("hosts", "check", hosts.toString(), "--host-tool", tool, "--host-logs", logs.toString()))
                .isEqualTo(1);
        assertThat(Files.readString(logs.resolve("signature.log")))
                .matches("\\d+ local:[abc] differs from local:[abc], local:[abc]\n"
                        + " {4}tool.cc: here '13', there '12'\n");
    }

    @Test
    void aGraphRunsOnTheHostsOfAFile() throws IOException {
        Path hosts = write("hosts", "local:a jobs=1", "local:b jobs=1 property.disk=fast");
        Path graph = write("graph.json", """
                {"heddleGraph": 1, "tasks": [
                 {"name": "x", "constraints": {"pinnedHost": "local:a"},
                  "steps": [{"name": "run", "command": {"shell": "echo x runs"}}]},
                 {"name": "y", "constraints": {"properties": {"disk": "fast"}}, "dependencies": ["x"],
                  "steps": [{"name": "run", "command": {"shell": "echo y runs"}}]}]}
                """);
        Path events = directory.resolve("events.json");
        String[] arguments = {
            "run", "--no-record", "--events", events.toString(), "--hosts", hosts.toString(), graph.toString()
        };
        assertThat(heddle(arguments)).isZero();
        assertThat(Files.readString(events))
                .containsPattern("\"jobStarted\".*\"task\":\"x\".*\"host\":\"local:a\"")
                .containsPattern("\"jobStarted\".*\"task\":\"y\".*\"host\":\"local:b\"");
    }

    @Test
    void aManifestIsBuiltOnTheHostsOfAFile() throws IOException {
        Path hosts = write("hosts", "local:a jobs=2", "local:b jobs=2");
        write("build.ninja", "rule cc", "  command = touch $out", "build x: cc", "build y: cc x", "build z: cc x");
        assertThat(heddle("ninja", "-C", directory.toString(), "--no-record", "--hosts", hosts.toString()))
                .isZero();
        assertThat(directory.resolve("y")).exists();
        assertThat(directory.resolve("z")).exists();
    }

    @Test
    void aBuildWithoutAnyUsableHostEndsWithAnExitCodeOfItsOwn() throws IOException {
        Path hosts = write("hosts", "localhost arch=" + OTHER_ARCH);
        Path graph = write(
                "graph.json",
                "{\"heddleGraph\": 1, \"tasks\": [{\"name\": \"x\", \"steps\": [{\"name\": \"run\", \"command\":"
                        + " {\"shell\": \"touch " + directory.resolve("started") + "\"}}]}]}");
        String events = directory.resolve("events.json").toString();
        String[] arguments = {
            "run",
            "--no-record",
            "--events",
            events,
            "--hosts",
            hosts.toString(),
            "--host-patience",
            "0",
            graph.toString()
        };
        assertThat(heddle(arguments)).isEqualTo(3);
        assertThat(directory.resolve("started")).doesNotExist();
        assertThat(Files.readString(directory.resolve("events.json")))
                .contains("nothing can run: 'x' is ready and waits for a host; localhost is refused: ");
    }

    @Test
    void theCommandsOfAManifestAreLentSlots() throws IOException {
        write("build.ninja", "rule tell", "  command = echo \"$$MAKEFLAGS\" > $out", "build x: tell");
        assertThat(heddle("ninja", "-C", directory.toString(), "--no-record", "-j", "2", "--jobserver", "fifo"))
                .isZero();
        assertThat(directory.resolve("x")).content().contains("--jobserver-auth=fifo:/");
    }

    @Test
    void aManifestWithoutAnyUsableHostEndsWithTheSameExitCode() throws IOException {
        Path hosts = write("hosts", "localhost arch=" + OTHER_ARCH);
        write("build.ninja", "rule cc", "  command = touch $out", "build x: cc");
        String[] arguments = {
            "ninja", "-C", directory.toString(), "--no-record", "--hosts", hosts.toString(), "--host-patience", "0"
        };
        assertThat(heddle(arguments)).isEqualTo(3);
        assertThat(directory.resolve("x")).doesNotExist();
    }

    @Test
    void wrongInputIsRefusedBeforeAnythingStarts() throws IOException {
        Path bad = write("bad", "localhost", "beta job=4");
        Path good = write("good", "localhost");
        String[][] uses = {
            {"hosts", "check", bad.toString()},
            {"run", "--hosts", bad.toString(), "-"},
            {"ninja", "-C", directory.toString(), "--hosts", bad.toString()}
        };
        for (String[] use : uses) {
            refused(use, bad + ":2:6: unknown key 'job'; did you mean 'jobs'?");
        }
        refused(new String[] {"hosts", "check", directory + "/none"}, "/none: cannot be read: no such file");
        refused(
                new String[] {"hosts", "check", write("empty", "# none").toString()},
                "empty:1:1: the file names no host");
        refused(
                new String[] {"hosts", "check", write("odd", "teleport:x").toString()},
                "odd:1:1: there is no kind of host 'teleport'");
        refused(
                new String[] {"hosts", "check", good.toString(), "--host-tool", "a b=x"},
                "'a b' cannot be the name of a tool");
        refused(
                new String[] {"hosts", "check", good.toString(), "--host-tool", "a="},
                "the command that tells of tool 'a' is missing");
        refused(new String[] {"run", "--host-patience", "3", "-"}, "--host-patience: needs --hosts FILE");
        refused(new String[] {"run", "--host-tool", "a=b", "-"}, "--host-tool: needs --hosts FILE");
        refused(new String[] {"ninja", "--host-logs", "d"}, "--host-logs: needs --hosts FILE");
        refused(
                new String[] {"hosts", "check", good.toString(), "--host-libraries", "lib;x"},
                "'lib;x' is not an absolute path");
        refused(new String[] {"run", "--hosts", good.toString(), "-j", "2", "-"}, "-j: cannot be used with --hosts");
        refused(
                new String[] {"run", "--hosts", good.toString(), "--host-patience", "-1", "-"},
                "--host-patience: needs a number of at least 0: -1");
        refused(new String[] {"hosts"}, "command");
    }

    private void refused(String[] arguments, String told) {
        err.getBuffer().setLength(0);
        assertThat(heddle(arguments)).as(err.toString()).isEqualTo(2);
        assertThat(err.toString()).contains(told).doesNotContain("Exception", "\tat ");
    }
}
