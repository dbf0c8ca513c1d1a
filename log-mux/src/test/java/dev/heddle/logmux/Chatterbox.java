package dev.heddle.logmux;

import dev.heddle.core.Channel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that talks until it is killed, and reports each job on its standard output once it is recorded. */
final class Chatterbox {

    private Chatterbox() {}

    static String text(String job) {
        return (job + " says something\n").repeat(20);
    }

    public static void main(String[] arguments) throws Exception {
        AtomicInteger jobs = new AtomicInteger();
        OutputMultiplexer mux =
                OutputMultiplexer.builder().journal(Path.of(arguments[0])).build();
        for (int i = 0; i < 4; i++) {
            new Thread(() -> talk(mux, jobs)).start();
        }
    }

    private static void talk(OutputMultiplexer mux, AtomicInteger jobs) {
        while (jobs.get() < 100_000) {
            String name = "job " + jobs.incrementAndGet();
            try (OutputSource source = mux.open(name, null)) {
                byte[] bytes = text(name).getBytes(StandardCharsets.UTF_8);
                for (int from = 0; from < bytes.length; from += 7) {
                    source.write(Channel.STDOUT, bytes, from, Math.min(7, bytes.length - from));
                }
                source.finish(0);
            }
            System.out.println(name);
        }
    }
}
