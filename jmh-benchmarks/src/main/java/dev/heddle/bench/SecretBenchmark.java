package dev.heddle.bench;

import dev.heddle.core.Channel;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
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
    private static final byte[] LINE = "libtool: compile:  gcc -DHAVE_CONFIG_H -I. -I.. -O2 -MT a.lo -c a.c -o a.o\n"
            .getBytes(StandardCharsets.UTF_8);

    /** How many secrets there are, of 40 hexadecimal digits. */
    @Param({"0", "1", "1000"})
    public int secrets;

    private final byte[] block = new byte[32 * 1024];
    private Path file = Path.of("");

    /** Fills a block with lines. */
    @Setup(Level.Trial)
    public void fill() throws IOException {
        for (int i = 0; i < block.length; i++) {
            block[i] = LINE[i % LINE.length];
        }
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
            OutputSource source = mux.open("much", null);
            for (int said = 0; said < BYTES; said += block.length) {
                source.write(Channel.STDOUT, block);
            }
            source.finish(0);
            return mux.maskedSecrets();
        }
    }
}
