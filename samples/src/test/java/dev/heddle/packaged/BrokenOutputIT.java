package dev.heddle.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.packaged.Programs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of each thing that a build writes when its place cannot be written (any more): it is told once with the place and
 * the cause, what is missing is counted, and the build and everything else that it writes go on.
 */
class BrokenOutputIT {

    private static final int DISK = 64 * 1024;
    private static final int LINES = 20_000;

    /** What a build writes, into the folder {@code place}. */
    private enum Output {
        TEXT("all.log", "--log=text --log-dir=place", 0),
        RTF("all.rtf", "--log=rtf --log-dir=place", 0),
        JSON("all.jsonl", "--log=json --log-dir=place", 0),
        HTML("all.html", "--log=html --log-dir=place", DISK - 8192),
        COMPONENTS("components", "--log=components --log-dir=place", 0),
        RECORDING("r.hlog", "--record place/r.hlog", 0),
        EVENTS("e.jsonl", "--events place/e.jsonl", DISK - 4096),
        REPORT("r.md", "--ci=github --ci-report=place/r.md", DISK);

        final String place;
        final String options;
        /** How much of a small disk is taken, so that what is written does not fit. */
        final int taken;

        Output(String place, String options, int taken) {
            this.place = "place/" + place;
            this.options = options;
            this.taken = taken;
        }

        /**
         * Whether what does not fit is told only when the build is over: these are written then, and of the logs of components
         * the others go on.
         */
        boolean isToldAtTheEnd() {
            return this == HTML || this == REPORT || this == COMPONENTS;
        }
    }

    @TempDir
    Path directory;

    private Path place;

    @BeforeEach
    void makeThePlace() throws IOException {
        place = Files.createDirectory(directory.resolve("place"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /** A build of a task that breaks something and says much, one that is later, and enough others for many events. */
    private void writeTheBuild(String breaking) throws IOException {
        List<String> tasks = new ArrayList<>();
        tasks.add(task("first", breaking + "seq " + LINES, ""));
        tasks.add(task("later", "sleep 0.3; echo the other", ", \"dependencies\": [\"first\"]"));
        for (int i = 0; i < 30; i++) {
            tasks.add(task("t" + i, "echo " + i, ""));
        }
        Files.writeString(
                directory.resolve("graph.json"),
                "{\"heddleGraph\": 1, \"tasks\": [" + String.join(",\n", tasks) + "]}\n");
    }

    private static String task(String name, String line, String more) {
        return "{\"name\": \"" + name + "\"" + more + ", \"steps\": [{\"name\": \"run\", \"command\": {\"shell\": \""
                + line + "\"}}]}";
    }

    private Run shell(String line) throws IOException, InterruptedException {
        String heddle = Programs.samples().resolve("heddle").toString();
        return Programs.run(directory, List.of("sh", "-c", "heddle='" + heddle + "'\n" + line));
    }

    private Run build(Output output) throws IOException, InterruptedException {
        String record = output == Output.RECORDING ? "" : " --record good.hlog";
        return shell("exec $heddle run graph.json " + output.options + record);
    }

    private void assertToldOnceAndAllElseWentOn(Output output, Run run, boolean atOnce, String cause)
            throws IOException, InterruptedException {
        assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
        assertThat(run.output()).doesNotContain("\tat ", "Exception", "unexpected");
        List<String> told = run.output()
                .lines()
                .filter(line -> line.contains(output.place) && line.contains(cause))
                .toList();
        assertThat(told).as(run.output()).hasSize(atOnce ? 2 : 1);
        if (atOnce) {
            assertThat(told.get(0)).contains("── error: ");
        }
        String last = told.get(told.size() - 1);
        assertThat(last).startsWith("── heddle: ");
        if (output != Output.REPORT) {
            assertThat(last).containsPattern("[1-9]\\d* (bytes .*)?(are missing|more cannot be written either)");
        }
        assertThat(run.output()).contains("\nthe other\n", "\n" + LINES + "\n");
        if (output != Output.RECORDING) {
            assertThat(shell("$heddle log cat good.hlog first | sha256sum; seq " + LINES + " | sha256sum")
                            .output()
                            .lines()
                            .distinct())
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void fullDiskIsToldOnceAndAllElseGoesOn(Output output) throws IOException, InterruptedException {
        Run mount = shell("mount -t tmpfs -o size=" + DISK + ",mode=777 none place");
        assumeTrue(mount.exitCode() == 0, () -> "a small disk cannot be mounted here: " + mount.output());
        try {
            Files.write(place.resolve("taken"), new byte[output.taken]);
            writeTheBuild("");
            assertToldOnceAndAllElseWentOn(output, build(output), !output.isToldAtTheEnd(), "No space left on device");
        } finally {
            shell("umount place");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export --format=text -o place/x",
                "export --format=json -o place/x",
                "export --format=guix -o place/x",
                "export --format=asciicast -o place/x",
                "html -o place/x"
            })
    void viewOfARecordingThatDoesNotFitNamesItsFileAndNotTheRecording(String words)
            throws IOException, InterruptedException {
        writeTheBuild("");
        shell("$heddle run graph.json --record good.hlog");
        Run mount = shell("mount -t tmpfs -o size=8k none place");
        assumeTrue(mount.exitCode() == 0, () -> "a small disk cannot be mounted here: " + mount.output());
        try {
            Run run = shell("exec $heddle log " + words + " good.hlog");
            assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
            assertThat(run.output())
                    .startsWith("heddle: place/x: ")
                    .contains("No space left on device")
                    .doesNotContain("good.hlog", "Exception", "\tat ");
        } finally {
            shell("umount place");
        }
    }

    @ParameterizedTest
    @EnumSource
    void folderThatGoesDuringTheBuildIsToldOnceAndAllElseGoesOn(Output output)
            throws IOException, InterruptedException {
        // Other tasks make their logs there meanwhile.
        writeTheBuild("until rm -rf place 2>/dev/null; do :; done; ");
        String cause = switch (output) {
            case HTML, REPORT -> "no such file or directory";
            default -> "it was removed or replaced while it was written";
        };
        assertToldOnceAndAllElseWentOn(output, build(output), false, cause);
    }

    @ParameterizedTest
    @EnumSource(names = {"TEXT", "RTF", "JSON", "EVENTS"})
    void pipeThatNobodyReadsAnyMoreIsToldOnceAndAllElseGoesOn(Output output) throws IOException, InterruptedException {
        writeTheBuild("sleep 0.2; ");
        shell("mkfifo " + output.place);
        String record = " --record good.hlog";
        Run run = shell(
                "head -c 100 " + output.place + " >/dev/null & exec $heddle run graph.json " + output.options + record);
        assertToldOnceAndAllElseWentOn(output, run, true, "Broken pipe");
    }

    @Test
    void standardOutputThatNobodyReadsAnyMoreIsToldAndTheLogsAreWhole() throws IOException, InterruptedException {
        writeTheBuild("sleep 0.2; ");
        Run run =
                shell("{ $heddle run graph.json --record good.hlog --log=text 2>err; echo exit $? >>err; } | head -n 1"
                        + " >/dev/null; cat err");
        assertThat(run.output())
                .containsPattern("output to the console has ended early: Broken pipe; the last [1-9]\\d* bytes")
                .endsWith("exit 1\n");
        String log = Files.readString(directory.resolve("all.log"));
        assertThat(log).contains("\n" + LINES + "\n", "\nthe other\n");
        assertThat(log.lines().filter(line -> line.startsWith("── error: output to the console has ended: ")))
                .hasSize(1);
    }

    @Test
    void socketThatGoesDuringTheBuildIsNoLoss() throws IOException, InterruptedException {
        // Other tasks make their logs there meanwhile.
        writeTheBuild("until rm -rf place 2>/dev/null; do :; done; ");
        Run run = shell("exec $heddle run graph.json --no-record --attach-socket place/socket");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains("\nthe other\n");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "REPORT")
    void folderThatMayNotBeWrittenIsToldBeforeAnythingIsStarted(Output output)
            throws IOException, InterruptedException {
        writeTheBuild("touch started; ");
        Run run =
                withoutRights("run graph.json --no-record ".replace(output == Output.RECORDING ? "--no-record" : "", "")
                        + output.options);
        assertThat(run.exitCode()).as(run.output()).isEqualTo(2);
        assertThat(run.output())
                .startsWith("heddle: ")
                .containsIgnoringCase("permission denied")
                .contains("place")
                .doesNotContain("Exception", "\tat ");
        assertThat(directory.resolve("started")).doesNotExist();
    }

    @Test
    void socketInAFolderThatMayNotBeWrittenIsToldBeforeAnythingIsStarted() throws IOException, InterruptedException {
        writeTheBuild("touch started; ");
        Run run = withoutRights("run graph.json --no-record --attach-socket place/socket");
        assertThat(run.exitCode()).as(run.output()).isEqualTo(2);
        assertThat(run.output()).contains("place/socket").containsIgnoringCase("permission denied");
        assertThat(directory.resolve("started")).doesNotExist();
    }

    // It is written when all is over, and a build does not wait for it.
    @Test
    void reportInAFolderThatMayNotBeWrittenIsToldAtTheEnd() throws IOException, InterruptedException {
        writeTheBuild("touch started; ");
        Run run = withoutRights("run graph.json --no-record " + Output.REPORT.options);
        assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
        assertThat(run.output()).contains("place/r.md: permission denied").doesNotContain("Exception", "\tat ");
        assertThat(directory.resolve("started")).exists();
    }

    private Run withoutRights(String words) throws IOException, InterruptedException {
        String nobody = "";
        if (shell("id -u").output().equals("0\n")) {
            nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
            Run able = shell(nobody + "test -x \"$heddle\"");
            assumeTrue(
                    able.exitCode() == 0,
                    () -> "rights cannot be dropped here, or not to read Heddle: " + able.output());
        }
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("r-xr-xr-x"));
        return shell(nobody + "\"$heddle\" " + words);
    }
}
