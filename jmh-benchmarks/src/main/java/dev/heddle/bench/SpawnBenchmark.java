package dev.heddle.bench;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.process.ProcessRunner;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many trivial commands a second can this JVM run, two at a time: in shell agents, as plain processes with Heddle's own
 * pipes, and, as the peer, by {@link ProcessBuilder} and nothing else?
 *
 * <p>{@code program} runs the file {@code /bin/true}; {@code line} is a shell line that a build file might hold.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@Threads(2)
public class SpawnBenchmark {

    /** What is run. */
    @Param({"program", "line"})
    public String command = "program";

    private final JobOutput nowhere = new Nowhere();
    private Command work = Command.of("/bin/true");
    private String[] argv = {};
    private final ProcessRunner agents = ProcessRunner.builder().buildAgents();
    private final ProcessRunner plain = ProcessRunner.builder().buildPlain();

    /** Makes the command. */
    @Setup
    public void choose() {
        boolean line = command.equals("line");
        work = line ? Command.shell("test -d / && true") : Command.of("/bin/true");
        argv = line ? new String[] {"/bin/sh", "-c", "test -d / && true"} : new String[] {"/bin/true"};
    }

    /** Ends the runners. */
    @TearDown
    public void close() {
        agents.close();
        plain.close();
    }

    /** In shell agents. */
    @Benchmark
    public int agents() throws IOException {
        return agents.start(work, nowhere).ended().join().exitCode();
    }

    /** As plain processes. */
    @Benchmark
    public int plain() throws IOException {
        return plain.start(work, nowhere).ended().join().exitCode();
    }

    /** By {@link ProcessBuilder}, merged output read to its end. */
    @Benchmark
    public int processBuilder() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try (InputStream output = process.getInputStream()) {
            output.transferTo(OutputStream.nullOutputStream());
        }
        return process.waitFor();
    }

    private static final class Nowhere implements JobOutput {
        @Override
        public void write(Channel channel, byte[] bytes, int offset, int length) {}

        @Override
        public void finish(Outcome outcome) {}

        @Override
        public void close() {}
    }
}
