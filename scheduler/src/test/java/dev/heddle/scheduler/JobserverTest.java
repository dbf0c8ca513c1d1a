package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.scheduler.host.Hosts;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Slots that are shared with real programs. Every piece of work counts itself, under a lock, while it runs. */
@Timeout(120)
final class JobserverTest {

    private static final int SLOTS = 3;

    @TempDir
    Path directory;

    @BeforeEach
    void writeTools() throws IOException {
        require("flock");
        Files.writeString(directory.resolve("running"), "0\n");
        Files.writeString(directory.resolve("log"), "");
        // A piece of work: tells how many run with it.
        script("count", """
                #!/bin/sh
                cd %s
                flock lock sh -c 'read n <running; n=$((n+1)); echo $n >running; echo $n >>log'
                sleep ${WORK:-0.1}
                flock lock sh -c 'read n <running; echo $((n-1)) >running'
                """);
        // What a program does that knows FIFOs: a piece beside the others for each slot it gets, and else one by
        // itself.
        script("fifo-client", """
                #!/bin/sh
                path=${MAKEFLAGS##*--jobserver-auth=fifo:}
                path=${path%%%% *}
                test -p "$path" || exit 9
                for piece in 1 2 3 4 5; do
                    token=$(dd if="$path" iflag=nonblock bs=1 count=1 2>/dev/null)
                    if test -n "$token"; then
                        ( %1$s/count; printf %%s "$token" >"$path" ) &
                    else
                        %1$s/count
                    fi
                done
                wait
                """);
        Files.writeString(directory.resolve("Makefile"), """
                all: 1 2 3 4 5 6
                1 2 3 4 5 6: ; @%s/count
                killed: victim held1 held2
                victim: ; @sleep 0.3; kill -9 $$PPID
                held1 held2: ; @sleep 0.6
                heddle1 heddle2: ; +@'%s' -cp '%s' '%s' %s
                """.formatted(
                        directory,
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("java.class.path"),
                        UnderMake.class.getName().replace("$", "$$"),
                        directory));
    }

    private void script(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, text.formatted(directory));
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** Elsewhere than in continuous integration, where a skipped test counts as failed, a test is left out without its program. */
    private static void require(String program) {
        boolean found = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
        assumeTrue(found, program + " is not installed");
    }

    private static int[] version(String program) throws IOException {
        Process asked = new ProcessBuilder(program, "--version").start();
        String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher number = Pattern.compile("(\\d+)\\.(\\d+)").matcher(said);
        assertThat(number.find()).as(said).isTrue();
        return new int[] {Integer.parseInt(number.group(1)), Integer.parseInt(number.group(2))};
    }

    private List<Integer> counts() throws IOException {
        return Files.readAllLines(directory.resolve("log")).stream()
                .map(Integer::valueOf)
                .toList();
    }

    private int most() throws IOException {
        return counts().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    private void build(Jobserver jobserver, BuildGraph graph) {
        try (Scheduler scheduler = Scheduler.builder()
                .hosts(Hosts.local(SLOTS))
                .jobserver(jobserver)
                .build()) {
            BuildResult result = scheduler.run(graph);
            assertThat(result.succeeded())
                    .as(() -> result.failures().toString())
                    .isTrue();
        }
    }

    private Command make(String goal) {
        return Command.of("make", "-s", "-f", directory.resolve("Makefile").toString(), goal)
                .unset("MAKELEVEL");
    }

    private Command fifoClient() {
        return Command.of(directory.resolve("fifo-client").toString());
    }

    private BuildGraph graph(int tasks, Command command) {
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int task = 0; task < tasks; task++) {
            graph.task("task" + task, t -> t.command(command));
        }
        return graph.build();
    }

    @Test
    void clientsOfAFifoNeverExceedTheSlotsAndOneAloneGetsThemAll() throws IOException {
        build(Jobserver.fifo(), graph(5, fifoClient()));
        assertThat(counts()).hasSize(25);
        assertThat(most()).isLessThanOrEqualTo(SLOTS);

        Files.writeString(directory.resolve("log"), "");
        build(Jobserver.fifo(), graph(1, fifoClient().env("WORK", "0.5")));
        assertThat(counts()).hasSize(5);
        assertThat(most()).isEqualTo(SLOTS);
    }

    @Test
    void aMakeThatKnowsFifosSharesTheSlotsAndAnOlderOneDoesNotStart() throws IOException {
        require("make");
        int[] version = version("make");
        if (Arrays.compare(version, new int[] {4, 4}) < 0) {
            build(Jobserver.fifo(), graph(1, Command.shell(make("all").display() + "; test $? = 2")));
            assertThat(counts()).isEmpty();
            return;
        }
        build(Jobserver.fifo(), graph(5, make("all")));
        assertThat(counts()).hasSize(30);
        assertThat(most()).isLessThanOrEqualTo(SLOTS);
    }

    @Test
    void aNinjaThatKnowsFifosSharesTheSlotsAndAnOlderOnePaysNoHeed() throws IOException {
        require("ninja");
        Files.writeString(
                directory.resolve("build.ninja"),
                "rule count\n  command = " + directory + "/count && touch $out\n"
                        + "build 1: count\nbuild 2: count\nbuild 3: count\nbuild 4: count\nbuild 5: count\n");
        build(Jobserver.fifo(), graph(1, Command.of("ninja", "-C", directory.toString())));
        assertThat(counts()).hasSize(5);
        if (Arrays.compare(version("ninja"), new int[] {1, 13}) >= 0) {
            assertThat(most()).isLessThanOrEqualTo(SLOTS);
        }
    }

    @Test
    void makeInTasksSharesTheSlotsByDescriptors() throws IOException {
        require("make");
        build(Jobserver.pipe(), graph(5, make("all")));
        assertThat(counts()).hasSize(30);
        assertThat(most()).isLessThanOrEqualTo(SLOTS);

        Files.writeString(directory.resolve("log"), "");
        build(Jobserver.pipe(), graph(1, make("all").env("WORK", "0.5")));
        assertThat(most()).isEqualTo(SLOTS);
    }

    @Test
    void slotsOfAKilledMakeAreThereForTheNextTask() throws IOException {
        require("make");
        String killed = make("killed").display() + "; test $? = 137";
        BuildGraph.Builder graph = BuildGraph.builder();
        graph.task("killed", t -> t.command(Command.shell(killed)));
        graph.task("next", t -> t.command(make("all").env("WORK", "0.5")).dependsOn("killed"));
        build(Jobserver.pipe(), graph.build());
        assertThat(counts()).hasSize(6);
        assertThat(most()).isEqualTo(SLOTS);
    }

    /** A build of six pieces of work that borrows its slots from make. */
    static final class UnderMake {
        private UnderMake() {}

        public static void main(String[] arguments) {
            BuildGraph.Builder graph = BuildGraph.builder();
            for (int task = 0; task < 6; task++) {
                graph.task("task" + task, t -> t.command(Command.of(arguments[0] + "/count")));
            }
            try (Scheduler scheduler = Scheduler.builder()
                    .hosts(Hosts.local(8))
                    .jobserver(Jobserver.of(System.getenv()).orElseThrow())
                    .build()) {
                System.exit(scheduler.run(graph.build()).succeeded() ? 0 : 1);
            }
        }
    }

    private void underMake(String work, String... goals) throws Exception {
        List<String> argv = new ArrayList<>(List.of("make", "-s", "-j" + SLOTS, "-f"));
        argv.add(directory.resolve("Makefile").toString());
        argv.addAll(List.of(goals));
        ProcessBuilder make = new ProcessBuilder(argv).redirectErrorStream(true);
        make.redirectOutput(directory.resolve("said").toFile());
        make.environment().remove("MAKEFLAGS");
        make.environment().put("WORK", work);
        assertThat(make.start().waitFor())
                .as(Files.readString(directory.resolve("said")))
                .isZero();
        // Make itself tells if a slot is missing at its end.
        assertThat(directory.resolve("said")).isEmptyFile();
    }

    private Path fifo() throws Exception {
        Path fifo = directory.resolve("slots");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        return fifo;
    }

    private String flagsOfTheFirstJob(Jobserver jobserver) throws IOException {
        build(jobserver, graph(1, Command.shell("echo \"$MAKEFLAGS\" >" + directory + "/flags")));
        return Files.readString(directory.resolve("flags"));
    }

    @Test
    void theFirstJobOfABuildUnderMakeIsToldOfTheJobserverToo() throws Exception {
        String server = "--jobserver-auth=fifo:" + fifo();

        assertThat(flagsOfTheFirstJob(
                        Jobserver.of(Map.of("MAKEFLAGS", "k -j3 " + server)).orElseThrow()))
                .isEqualTo("k -j3 " + server + "\n");
    }

    @Test
    void aJobserverThatCannotBeOpenedIsNotToldToJobs() throws Exception {
        Path fifo = fifo();
        Jobserver gone = Jobserver.of(Map.of("MAKEFLAGS", "k -j3 --jobserver-auth=fifo:" + fifo + " -- X=1"))
                .orElseThrow();
        Files.delete(fifo);

        assertThat(flagsOfTheFirstJob(gone)).isEqualTo("k  -- X=1\n");
    }

    @Test
    void buildsUnderMakeNeverExceedItsSlotsAndOneAloneGetsThemAll() throws Exception {
        require("make");
        underMake("0.1", "heddle1", "heddle2", "1", "2", "3", "4", "5", "6");
        assertThat(counts()).hasSize(18);
        assertThat(most()).isLessThanOrEqualTo(SLOTS);

        Files.writeString(directory.resolve("log"), "");
        underMake("0.5", "heddle1");
        assertThat(counts()).hasSize(6);
        assertThat(most()).isEqualTo(SLOTS);
    }
}
