package dev.heddle.logmux.sink;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.core.event.Counters;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import dev.heddle.logmux.Sink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Builds to make reports of, with a clock that is set. */
final class HtmlBuilds {

    private static final BuildEvent.Stamp AT = new BuildEvent.Stamp(1, 0, Instant.EPOCH);

    private HtmlBuilds() {}

    static JobInfo job(long number, String name, String component, String host, int attempt) {
        return new JobInfo(number, name, component, "cc -O2 -c " + name, host, attempt);
    }

    static OutputMultiplexer.Builder quiet(AtomicLong now, Path journal) {
        return OutputMultiplexer.builder()
                .strategy(GroupingStrategy.task())
                .ticker(now::get)
                .clock(() -> Instant.parse("2026-03-01T09:30:00Z").plusNanos(now.get()))
                .journal(journal);
    }

    /** A build of so many tasks and about so many bytes, the last line of each of which tells its number. */
    static void large(Path journal, int tasks, long bytes, Sink... sinks) throws Exception {
        AtomicLong now = new AtomicLong();
        OutputMultiplexer.Builder builder = quiet(now, journal);
        for (Sink sink : sinks) {
            builder.to(sink, GroupingStrategy.task());
        }
        try (OutputMultiplexer mux = builder.build()) {
            long each = bytes / tasks;
            for (int i = 0; i < tasks; i++) {
                Random random = new Random(i);
                try (OutputSource source = mux.open(job(i + 1, "lib/part" + i + ".o", "lib", "local", 1))) {
                    StringBuilder text = new StringBuilder();
                    while (text.length() < each) {
                        text.append("\u001b[32mcompiling\u001b[0m src/part")
                                .append(i)
                                .append("/file")
                                .append(random.nextInt(1 << 20))
                                .append(".c with -O2 -Wall -Wextra -Iinclude/")
                                .append(Long.toString(random.nextLong(), 36))
                                .append('\n');
                    }
                    text.append(i == tasks * 3 / 4 ? "the needle in the hay\n" : "");
                    text.append("last line of task ").append(i).append('\n');
                    source.write(Channel.STDOUT, text.toString().getBytes(StandardCharsets.UTF_8));
                    now.addAndGet(20_000_000);
                    source.finish(i % 1000 == 999 ? 1 : 0);
                }
            }
            mux.drain();
        }
    }

    /** Tells facts of a build that is over, of which two tasks failed and ten were up to date, unless it succeeded. */
    static void tellEnd(OutputMultiplexer mux, boolean succeeded, Duration length, List<String> path) {
        int failed = succeeded ? 0 : 2;
        Counters counters = new Counters(90 - failed, 0, 0, 0, 0, 0, failed, 0);
        mux.events().onEvent(new BuildEvent.CriticalPathFound(AT, length, path, 0));
        mux.events().onEvent(new BuildEvent.BuildFinished(AT, succeeded, counters, 10, null));
    }

    /** A small build as people know it: compilers, tests, a failure with colours, two hosts. */
    static void pretty(Path journal) throws Exception {
        AtomicLong now = new AtomicLong();
        Random random = new Random(5);
        try (OutputMultiplexer mux = quiet(now, journal).build()) {
            mux.events().onEvent(new BuildEvent.HostUp(AT, "local", 4));
            List<OutputSource> open = new ArrayList<>();
            List<Integer> numbers = new ArrayList<>();
            String[] parts = {"zlib", "openssl", "core", "net", "ui"};
            for (int i = 0; i < 90 || !open.isEmpty(); i++) {
                now.addAndGet(40_000_000L + random.nextInt(160_000_000));
                while (open.size() >= 6 || (i >= 90 && !open.isEmpty())) {
                    int which = random.nextInt(open.size());
                    end(open.remove(which), numbers.remove(which));
                    now.addAndGet(30_000_000L);
                }
                if (i < 90) {
                    String part = parts[i % parts.length];
                    open.add(mux.open(job(i, part + "/src/unit" + i + ".o", part, i % 3 == 0 ? "farm2" : "local", 1)));
                    numbers.add(i);
                }
            }
            tellEnd(
                    mux,
                    false,
                    Duration.ofMillis(8100),
                    List.of("zlib/src/unit0.o", "net/src/unit18.o", "core/src/unit42.o", "ui/src/unit84.o"));
        }
    }

    private static void end(OutputSource source, int i) {
        StringBuilder text = new StringBuilder("cc -O2 -Wall -c src/unit" + i + ".c\n");
        if (i % 13 == 4) {
            text.append("\u001b[1msrc/unit" + i + ".c:12:7:\u001b[0m \u001b[1;35mwarning:\u001b[0m unused variable "
                    + "\u001b[1m'n'\u001b[0m [\u001b[1;35m-Wunused-variable\u001b[0m]\n   12 |   int \u001b[1;35mn\u001b[0m = 0;\n"
                    + "      |       \u001b[1;35m^\u001b[0m\n");
        }
        if (i == 42 || i == 77) {
            text.append("\u001b[1msrc/unit" + i + ".c:31:3:\u001b[0m \u001b[1;31merror:\u001b[0m 'crc' undeclared "
                    + "(first use in this function)\n   31 |   \u001b[1;31mcrc\u001b[0m = crc32(0, p, n);\n"
                    + "      |   \u001b[1;31m^~~\u001b[0m\n1 error generated.\n");
        }
        source.write(Channel.STDOUT, text.toString().getBytes(StandardCharsets.UTF_8));
        if (i == 42 || i == 77) {
            source.write(Channel.STDERR, "make: *** [unit] Error 1\n".getBytes(StandardCharsets.UTF_8));
            source.finish(1);
        } else if (i % 9 == 2) {
            source.finish(new Outcome.UpToDate("nothing changed"));
        } else {
            source.finish(0);
        }
        source.close();
    }
}
