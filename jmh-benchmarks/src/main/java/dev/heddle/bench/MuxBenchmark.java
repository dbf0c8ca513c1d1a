package dev.heddle.bench;

import dev.heddle.logmux.Group;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.Journal;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import dev.heddle.logmux.Sink;
import dev.heddle.logmux.ViewStatistics;
import dev.heddle.logmux.sink.Sinks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to keep output apart? Of one job that says 200 MB: to record it, to cut a recording into lines, and both at
 * once with a text log behind it; and of 1,000 jobs that talk at the same time, 20 lines each. A figure in milliseconds for
 * 200 MB is read as throughput: 1,000 ms are 200 MB/s. {@code compare output-200mb} holds the whole against make and parallel.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class MuxBenchmark {

    private static final int BYTES = 200_000_000;
    private static final int JOBS = 1000;
    private static final int LINES = 20;

    private final CompilerOutput job = new CompilerOutput();
    private Path directory = Path.of("");
    private Path recorded = Path.of("");

    /** Records 200 MB once, for the benchmark that reads them. */
    @Setup(Level.Trial)
    public void record() throws IOException {
        directory = Files.createTempDirectory("mux");
        recorded = directory.resolve("recorded.hlog");
        try (OutputMultiplexer mux =
                OutputMultiplexer.builder().journal(recorded).build()) {
            job.print(mux, BYTES);
        }
    }

    /** Removes what was written. */
    @TearDown(Level.Trial)
    public void remove() throws IOException {
        for (String name : List.of("recorded.hlog", "new.hlog", "new.txt")) {
            Files.deleteIfExists(directory.resolve(name));
        }
        Files.delete(directory);
    }

    /** 200 MB into a journal. */
    @Benchmark
    public void journalAppend() throws IOException {
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .journal(directory.resolve("new.hlog"))
                .build()) {
            job.print(mux, BYTES);
        }
    }

    /** 200 MB out of a journal, checked and cut into lines that nobody formats. */
    @Benchmark
    public List<ViewStatistics> lineSplit() throws IOException {
        return Journal.replay(recorded, GroupingStrategy.line(), new Discard());
    }

    /** 200 MB of one job into a journal and a text log. */
    @Benchmark
    public void oneSource() throws IOException {
        try (OutputMultiplexer mux = mux(GroupingStrategy.line())) {
            job.print(mux, BYTES);
        }
    }

    /** 1,000 jobs at once, 20 lines each, into a journal and a text log. */
    @Benchmark
    public void chattySources() throws IOException {
        try (OutputMultiplexer mux = mux(GroupingStrategy.stage())) {
            OutputSource[] sources = new OutputSource[JOBS];
            for (int i = 0; i < JOBS; i++) {
                sources[i] = mux.open("job" + i, null);
            }
            for (int line = 0; line < LINES; line++) {
                for (OutputSource source : sources) {
                    job.line(source);
                }
            }
            for (OutputSource source : sources) {
                source.finish(0);
            }
        }
    }

    private OutputMultiplexer mux(GroupingStrategy strategy) throws IOException {
        return OutputMultiplexer.builder()
                .strategy(strategy)
                .journal(directory.resolve("new.hlog"))
                .to(Sinks.text(directory.resolve("new.txt")))
                .build();
    }

    /** Reads what it is given and does nothing with it. */
    private static final class Discard implements Sink {
        private long sum;

        @Override
        public void write(Group group) throws IOException {
            group.read((bytes, from, length) -> sum += bytes[from + length - 1]);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
