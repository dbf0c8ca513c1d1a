package dev.heddle.logmux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.Outcome;
import dev.heddle.core.event.BuildEvent;
import dev.heddle.logmux.sink.Sinks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretMaskingTest {

    private static final String SECRET = "hunter2-and-more";

    @TempDir
    Path directory;

    private static void say(OutputSource source, Channel channel, String text) {
        source.write(channel, text.getBytes(UTF_8));
    }

    private static String said(JournalReader reader, String task) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        reader.copy(reader.lastOf(task).orElseThrow(), copy);
        return copy.toString(UTF_8);
    }

    @Test
    void noFileEverHoldsASecretHoweverSourcesAndWritesCutIt() throws Exception {
        for (GroupingStrategy strategy : GroupingStrategy.all()) {
            Path journal = directory.resolve(strategy.name() + ".hlog");
            Path log = directory.resolve(strategy.name() + ".txt");
            Random random = new Random(7);
            try (OutputMultiplexer mux = OutputMultiplexer.builder()
                    .strategy(strategy)
                    .mask(SECRET)
                    .journal(journal)
                    .to(Sinks.text(log))
                    .build()) {
                OutputSource[] sources = new OutputSource[5];
                for (int i = 0; i < sources.length; i++) {
                    sources[i] = mux.open("job" + i, null);
                }
                sayInTurns(sources, random);
                for (OutputSource source : sources) {
                    source.finish(0);
                }
                assertThat(mux.maskedSecrets()).isEqualTo(5 * 40);
            }
            for (Path file : List.of(journal, log)) {
                assertThat(Files.readString(file, ISO_8859_1)).doesNotContain(SECRET);
            }
            assertThat(Files.readString(log)).contains("── 200 secrets were masked");
            try (JournalReader reader = Journal.open(journal)) {
                assertThat(reader.statistics().masked()).isEqualTo(200);
                for (int i = 0; i < 5; i++) {
                    assertThat(reader.tasks().get(i).masked()).isEqualTo(40);
                    assertThat(said(reader, "job" + i)).isEqualTo("key=****************;\n".repeat(40));
                }
            }
        }
    }

    // Each says the secret 40 times, a few bytes a time, one source in the middle of another's.
    private static void sayInTurns(OutputSource[] sources, Random random) {
        byte[] text = ("key=" + SECRET + ";\n").repeat(40).getBytes(UTF_8);
        int[] at = new int[sources.length];
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 0; i < sources.length; i++) {
                int size = Math.min(1 + random.nextInt(12), text.length - at[i]);
                if (size > 0) {
                    sources[i].write(Channel.STDOUT, text, at[i], size);
                    at[i] += size;
                    more = true;
                }
            }
        }
    }

    @Test
    void halvesOfTwoSourcesAreNotPutTogetherByAnyLog() throws Exception {
        for (GroupingStrategy strategy : GroupingStrategy.all()) {
            Path log = directory.resolve(strategy.name() + "-halves.txt");
            try (OutputMultiplexer mux = OutputMultiplexer.builder()
                    .strategy(strategy)
                    .mask(SECRET)
                    .to(Sinks.text(log))
                    .build()) {
                OutputSource a = mux.open("a", null);
                OutputSource b = mux.open("b", null);
                say(a, Channel.STDOUT, SECRET.substring(0, 8));
                mux.drain();
                say(b, Channel.STDOUT, SECRET.substring(8));
                mux.drain();
                a.finish(0);
                b.finish(0);
            }
            assertThat(Files.readString(log)).contains("hunter2-").doesNotContain(SECRET);
        }
    }

    @Test
    void namesCommandsEndsAndMessagesAreMaskedToo() throws Exception {
        Path journal = directory.resolve("names.hlog");
        Path log = directory.resolve("names.txt");
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .mask(SECRET)
                .journal(journal)
                .to(Sinks.text(log))
                .build()) {
            OutputSource source =
                    mux.open(new JobInfo(1, "t-" + SECRET, SECRET, "curl -u me:" + SECRET, "host-" + SECRET, 1));
            mux.message(Channel.WARNING, "the server said " + SECRET + " to us");
            source.finish(new Outcome.Failed(
                    "build", new Outcome.FailureCause.NotStarted("login " + SECRET + " refused"), List.of()));
            assertThat(mux.maskedSecrets()).isEqualTo(6);
        }
        try (JournalReader reader = Journal.open(journal)) {
            JournalTask task = reader.tasks().get(0);
            String stars = "*".repeat(SECRET.length());
            assertThat(task.job())
                    .isEqualTo(new JobInfo(1, "t-" + stars, stars, "curl -u me:" + stars, "host-" + stars, 1));
            assertThat(task.masked()).isEqualTo(5);
            assertThat(task.ending().summary()).contains(stars);
            assertThat(reader.statistics().masked()).isEqualTo(6);
        }
        for (Path file : List.of(journal, log)) {
            assertThat(Files.readString(file, ISO_8859_1)).doesNotContain(SECRET);
        }
    }

    @Test
    void recordedEventsStayEventsWithoutTheSecret() throws Exception {
        String quoted = "say \"" + SECRET + "\"\n\u0001 end";
        Path journal = directory.resolve("events.hlog");
        List<BuildEvent> seen = new ArrayList<>();
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .mask(quoted)
                .mask("task")
                .journal(journal)
                .build()) {
            mux.events()
                    .onEvent(new BuildEvent.CriticalPathFound(
                            new BuildEvent.Stamp(1, 0, Instant.EPOCH),
                            Duration.ofSeconds(3),
                            List.of("a task", "<" + quoted + ">"),
                            0));
            assertThat(mux.maskedSecrets()).isEqualTo(2);
        }
        assertThat(Files.readString(journal, ISO_8859_1)).doesNotContain(SECRET);
        try (JournalReader reader = Journal.open(journal)) {
            reader.replay(GroupingStrategy.line(), new EventsOnly(seen));
        }
        assertThat(seen).hasSize(1);
        assertThat(((BuildEvent.CriticalPathFound) seen.get(0)).tasks())
                .containsExactly("a ****", "<" + "*".repeat(quoted.length() + 8) + ">");
    }

    private record EventsOnly(List<BuildEvent> seen) implements Sink {
        @Override
        public void write(Group group) {}

        @Override
        public void event(BuildEvent event) {
            seen.add(event);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void aHalfLineThatMayBeginASecretIsShownAfterHalfASecond() throws Exception {
        AtomicLong nanos = new AtomicLong();
        Path journal = directory.resolve("half.hlog");
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                .mask(SECRET)
                .journal(journal)
                .ticker(nanos::get)
                .build()) {
            OutputSource source = mux.open("asks", null);
            say(source, Channel.STDOUT, "Password? hunt");
            await(journal, "Password? ");
            nanos.addAndGet(SecretGuard.PATIENCE_NANOS);
            await(journal, "Password? hunt");
            say(source, Channel.STDOUT, SECRET.substring(4));
            source.finish(0);
            try (JournalReader reader = Journal.open(journal)) {
                assertThat(said(reader, "asks")).isEqualTo("Password? hunt************");
            }
        }
    }

    private static void await(Path journal, String text) throws IOException {
        long until = System.nanoTime() + 10_000_000_000L;
        String seen = "";
        while (!seen.equals(text) && System.nanoTime() < until) {
            try (JournalReader reader = Journal.open(journal)) {
                seen = reader.tasks().isEmpty() ? "" : said(reader, "asks");
            }
        }
        assertThat(seen).isEqualTo(text);
    }

    @Test
    void whatWaitsIsThereWhenTheSourceOrTheMultiplexerEnds() throws Exception {
        Path journal = directory.resolve("ends.hlog");
        OutputSource left;
        try (OutputMultiplexer mux =
                OutputMultiplexer.builder().mask(SECRET).journal(journal).build()) {
            OutputSource source = mux.open("ended", null);
            say(source, Channel.STDOUT, "a hunt");
            say(source, Channel.STDERR, "b hunter2-and-mor");
            source.finish(0);
            left = mux.open("left", null);
            say(left, Channel.STDOUT, "c hunt");
        }
        assertThat(left.offer(Channel.STDOUT, new byte[] {'x'}, 0, 1)).isFalse();
        try (JournalReader reader = Journal.open(journal)) {
            assertThat(said(reader, "ended")).isEqualTo("a b hunt***************");
            assertThat(said(reader, "left")).isEqualTo("c hunt");
        }
    }

    @Test
    void theArrayOfTheCallerIsNotChangedAndNoThreadIsLeft() throws Exception {
        byte[] text = SECRET.getBytes(UTF_8);
        try (OutputMultiplexer mux = OutputMultiplexer.builder().mask(SECRET).build()) {
            mux.open("a", null).write(Channel.STDOUT, text);
        }
        assertThat(new String(text, UTF_8)).isEqualTo(SECRET);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("heddle-"));
    }
}
