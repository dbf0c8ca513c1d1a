package dev.heddle.bench;

import dev.heddle.core.Channel;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import java.nio.charset.StandardCharsets;

/** A job that prints lines as a build with libtool does, in pieces as a pipe gives them. */
final class CompilerOutput {

    private static final byte[] LINE = "libtool: compile:  gcc -DHAVE_CONFIG_H -I. -I.. -O2 -MT a.lo -c a.c -o a.o\n"
            .getBytes(StandardCharsets.UTF_8);

    private final byte[] block = new byte[32 * 1024];

    CompilerOutput() {
        for (int i = 0; i < block.length; i++) {
            block[i] = LINE[i % LINE.length];
        }
    }

    /** Prints one line. */
    void line(OutputSource to) {
        to.write(Channel.STDOUT, LINE);
    }

    /** One job prints at least so many bytes, and ends. */
    void print(OutputMultiplexer mux, int bytes) {
        try (OutputSource source = mux.open("much", null)) {
            for (int said = 0; said < bytes; said += block.length) {
                source.write(Channel.STDOUT, block);
            }
            source.finish(0);
        }
    }
}
