package dev.heddle.bench;

import dev.heddle.logmux.OutputMultiplexer;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to look for secrets in 50 MB of compiler output on its way into a journal? With none the way is the one
 * without masking, so that column is what recording costs anyway; with a thousand the automaton is the same, only larger.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class SecretBenchmark {

    private static final int BYTES = 50_000_000;

    /** How many secrets there are, of 40 hexadecimal digits. */
    @Param({"0", "1", "1000"})
    public int secrets;

    private final CompilerOutput job = new CompilerOutput();
    private Path file = Path.of("");

    /** Makes a file for the journal. */
    @Setup(Level.Trial)
    public void create() throws IOException {
        file = Files.createTempFile("secrets", ".hlog");
    }

    /** Removes what was written. */
    @TearDown(Level.Trial)
    public void remove() throws IOException {
        Files.delete(file);
    }

    /** 50 MB into a journal. */
    @Benchmark
    public long record() throws IOException {
        OutputMultiplexer.Builder builder = OutputMultiplexer.builder().journal(file);
        Random random = new Random(secrets);
        for (int i = 0; i < secrets; i++) {
            builder.mask("%040x".formatted(new BigInteger(160, random)));
        }
        try (OutputMultiplexer mux = builder.build()) {
            job.print(mux, BYTES);
            return mux.maskedSecrets();
        }
    }
}
