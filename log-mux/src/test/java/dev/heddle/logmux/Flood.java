package dev.heddle.logmux;

import dev.heddle.core.Channel;
import dev.heddle.logmux.sink.Sinks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process with little memory: one job that says a lot, in lines or in a single one, then 1,000 jobs at once. */
final class Flood {

    static final int JOBS = 1000;

    private Flood() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long bytes = Long.parseLong(arguments[1]);
        GroupingStrategy strategy = GroupingStrategy.byName(arguments[2]);
        boolean lines = arguments[3].equals("lines");
        long start = System.nanoTime();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .strategy(strategy)
                .journal(folder.resolve("flood.hlog"))
                .to(Sinks.text(folder.resolve("flood.txt")))
                .build()) {
            flood(mux, bytes, lines);
            System.out.println("written after ms: " + (System.nanoTime() - start) / 1_000_000);
            crowd(mux);
        }
        System.out.println("closed after ms: " + (System.nanoTime() - start) / 1_000_000 + ", text "
                + Files.size(folder.resolve("flood.txt")));
    }

    static byte[] line(String name, int number) {
        return (name + " line " + number + " with enough text to look like what a compiler says to people\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void flood(OutputMultiplexer mux, long bytes, boolean lines) {
        byte[] block = new byte[32 * 1024];
        byte[] line = line("flood", 0);
        for (int i = 0; i < block.length; i++) {
            byte next = line[i % line.length];
            block[i] = next == '\n' && !lines ? (byte) ' ' : next;
        }
        try (OutputSource source = mux.open("flood", null)) {
            for (long done = 0; done < bytes; done += block.length) {
                source.write(Channel.STDOUT, block);
            }
            source.finish(0);
        }
    }

    private static void crowd(OutputMultiplexer mux) {
        OutputSource[] sources = new OutputSource[JOBS];
        for (int i = 0; i < JOBS; i++) {
            sources[i] = mux.open("crowd" + i, null);
        }
        for (int line = 0; line < 20; line++) {
            for (int i = 0; i < JOBS; i++) {
                sources[i].write(Channel.STDOUT, line("crowd" + i, line));
            }
        }
        for (OutputSource source : sources) {
            source.finish(0);
        }
    }
}
