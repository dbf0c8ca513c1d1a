package dev.heddle.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.Action;
import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.Expansion;
import dev.heddle.core.GraphException;
import dev.heddle.core.GrowingGraph;
import dev.heddle.core.JobContext;
import dev.heddle.core.JobHost;
import dev.heddle.core.JobOutput;
import dev.heddle.core.OutputPort;
import dev.heddle.core.TaskSource;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a listing makes of the bytes that its command prints, however broken they are. */
@Timeout(120)
final class ListedRecordsTest {

    private static final int MUTATIONS = 3_000;

    private static final String RECORDS = """
            {"pool":"link","depth":2}
            {"name":"a","steps":[{"name":"x","command":{"argv":["true"]},"timeout":"PT1S"}],"dependencies":["b"]}
            {"name":"b","aliases":["c"],"resources":{"slots":2,"pools":["link"]},"weight":1.5}
            {"addTo":"b","dependencies":[{"task":"d","kind":"run"}]}
            {"name":"d","constraints":{"properties":{"arch":"vax"}},"retry":{"attempts":2,"delay":"PT1S"}}
            """;

    /** A graph that takes what is listed, as a build does. */
    private static final class Taken implements TaskSource.Feed {
        final GrowingGraph graph = GrowingGraph.empty();
        final List<String> problems = new ArrayList<>();
        final CompletableFuture<Action> job = new CompletableFuture<>();

        @Override
        public void add(Expansion expansion, String place) {
            try {
                graph.add(expansion, place);
            } catch (GraphException e) {
                problems.add(e.getMessage());
            }
            if (!job.isDone()) {
                job.complete((Action) expansion.tasks().get(0).steps().get(0).work());
            }
        }

        @Override
        public void refuse(String problem) {
            problems.add(problem);
        }
    }

    /** A host whose commands all print the same bytes, some at a time. */
    private record Printer(byte[] bytes, int atOnce) implements JobHost {
        @Override
        public String name() {
            return "printer";
        }

        @Override
        public int run(Command command) {
            throw new AssertionError("its output is not the job's");
        }

        @Override
        public int run(Command command, JobOutput output) {
            for (int from = 0; from < bytes.length; from += atOnce) {
                output.write(Channel.STDOUT, bytes, from, Math.min(atOnce, bytes.length - from));
            }
            output.write(Channel.STDERR, "listed\n".getBytes(UTF_8));
            return 0;
        }
    }

    private static Taken list(byte[] bytes, int atOnce) throws Exception {
        Taken taken = new Taken();
        ListingRun run = new ListingRun(Listing.of("list", Command.of("any")));
        CompletableFuture<Void> fed = new CompletableFuture<>();
        Thread source = new Thread(() -> {
            try {
                run.feed(taken);
                fed.complete(null);
            } catch (Throwable e) {
                fed.completeExceptionally(e);
            }
        });
        source.start();
        try (JobOutput output = OutputPort.discard().open(null)) {
            JobContext context = (JobContext) Proxy.newProxyInstance(
                    JobContext.class.getClassLoader(),
                    new Class<?>[] {JobContext.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "host" -> new Printer(bytes, atOnce);
                        case "output" -> output;
                        case "isCancelled" -> false;
                        default -> throw new AssertionError(method);
                    });
            taken.job.get(60, TimeUnit.SECONDS).run(context);
        } catch (StepFailure expected) {
            assertThat(taken.problems).contains(expected.getMessage().split("; \\d+ more after")[0]);
        }
        fed.get(60, TimeUnit.SECONDS);
        source.join();
        taken.graph.endOfSource().forEach(dangling -> taken.problems.add(dangling.message()));
        return taken;
    }

    @Test
    void goodRecordsMakeAGraphHoweverTheyArePrinted() throws Exception {
        for (int atOnce : new int[] {1, 7, 1 << 20}) {
            Taken taken = list(RECORDS.getBytes(UTF_8), atOnce);
            assertThat(taken.problems).isEmpty();
            assertThat(taken.graph.size()).isEqualTo(4);
            assertThat(taken.graph.dependency(taken.graph.indexOf("a"), 0)).isEqualTo(taken.graph.indexOf("c"));
        }
    }

    @Test
    void moreThanThePipeHoldsComesWhole() throws Exception {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            many.append("{\"name\":\"t").append(i).append("\"}\n");
        }
        Taken taken = list(many.toString().getBytes(UTF_8), 100_000);
        assertThat(taken.problems).isEmpty();
        assertThat(taken.graph.size()).isEqualTo(20_001);
    }

    @Test
    void recordsCutAnywhereLoseOnlyTheOneThatWasCut() throws Exception {
        byte[] bytes = RECORDS.getBytes(UTF_8);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            long whole = new String(cut, UTF_8).lines().count();
            Taken taken = list(cut, 64);
            assertThat(taken.problems).allSatisfy(problem -> assertThat(problem).matches("(?s)list:[1-5]:\\d+: .+"));
            assertThat(taken.graph.size()).isBetween((int) whole - 2, 4);
        }
    }

    @Test
    void mutatedRecordsAreTakenOrToldWithTheirPlace() throws Exception {
        Random random = new Random(20_261_121);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = RECORDS.getBytes(UTF_8);
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(bytes.length);
                switch (random.nextInt(3)) {
                    case 0 -> bytes[at] = (byte) random.nextInt(256);
                    case 1 -> bytes[at] = bytes[random.nextInt(bytes.length)];
                    default -> bytes = Arrays.copyOf(bytes, at + 1);
                }
            }
            Taken taken = list(bytes, 1 + random.nextInt(200));
            assertThat(taken.problems)
                    .as("mutation %s", i)
                    .allSatisfy(problem -> assertThat(problem).matches("(?s)list:\\d+:\\d+: .+"));
        }
    }
}
