package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.BuildService;
import dev.heddle.core.Channel;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.logmux.Group;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.Sink;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.Hosts;
import dev.heddle.store.DerivationFailedException;
import dev.heddle.store.PathInfo;
import dev.heddle.store.Realise;
import dev.heddle.store.SecretKey;
import dev.heddle.store.StoreCopy;
import dev.heddle.store.Substituters;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.cache.BinaryCache;
import dev.heddle.store.cache.Compression;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreLayout;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Derivations of a store are realised by a scheduler, and a multiplexer keeps apart what they print. */
@Timeout(60)
class RealiseInSchedulerTest {

    private final SecretKey key = SecretKey.generate("test-1", new SecureRandom());
    private final TrustedKeys trusted = TrustedKeys.of(List.of(key.publicKey()));
    private final List<String> built = Collections.synchronizedList(new ArrayList<>());
    private final List<String> shown = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();

    @TempDir
    Path dir;

    private LocalStore store;
    private StorePath left;
    private StorePath right;
    private StorePath top;

    @BeforeEach
    void open() throws IOException {
        store = opened("store");
        addDerivations();
    }

    private LocalStore opened(String name) throws IOException {
        return LocalStore.builder(StoreLayout.below(dir.resolve(name)))
                .trustedKeys(trusted)
                .open();
    }

    private void addDerivations() throws IOException {
        left = derivation("left");
        right = derivation("right");
        top = derivation("top", left, right);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        Process makeWritable = new ProcessBuilder("chmod", "-R", "u+w", dir.toString()).start();
        assertThat(makeWritable.waitFor()).isZero();
    }

    private StorePath derivation(String name, StorePath... inputs) throws IOException {
        return derivation(name, "exit 1", inputs);
    }

    private StorePath derivation(String name, String script, StorePath... inputs) throws IOException {
        TreeMap<String, Derivation.Output> outputs = new TreeMap<>();
        outputs.put("out", new Derivation.Output.Deferred());
        TreeMap<StorePath, SortedSet<String>> needed = new TreeMap<>();
        for (StorePath input : inputs) {
            needed.put(input, new TreeSet<>(List.of("out")));
        }
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put("out", "");
        environment.put("name", name);
        Derivation blank = new Derivation(
                outputs, needed, new TreeSet<>(), "x86_64-linux", "/bin/sh", List.of("-c", script), environment);
        Derivation resolved =
                new OutputPaths().resolve(store.storeDirectory(), name, blank, path -> store.readDerivation(path));
        return store.addDerivation(name, resolved);
    }

    private StorePath output(StorePath derivation) throws IOException {
        return store.readDerivation(derivation).output("out").knownPath().orElseThrow();
    }

    /** Makes an output of the derivation's own name, and fails for names that begin with {@code bad}. */
    private BuildService builds(CyclicBarrier... together) {
        return (path, derivation, mode, output) -> {
            built.add(path.name());
            say(output, path.name() + " begins\n");
            try {
                if (together.length > 0 && derivation.inputDerivations().isEmpty()) {
                    together[0].await();
                }
                say(output, path.name() + " ends\n");
                if (path.name().startsWith("bad")) {
                    return new Outcome.Failed("", new Outcome.FailureCause.Exit(3), List.of());
                }
                make(path.name(), derivation);
                return new Outcome.Succeeded(Duration.ZERO);
            } catch (BrokenBarrierException e) {
                throw new AssertionError(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static void say(JobOutput output, String text) {
        output.write(Channel.STDOUT, text.getBytes(StandardCharsets.UTF_8));
    }

    private void make(String name, Derivation derivation) throws IOException {
        StringBuilder text = new StringBuilder(name + "\n");
        List<StorePath> references = new ArrayList<>();
        for (StorePath input : derivation.inputDerivations().keySet()) {
            references.add(output(input));
            text.append(output(input)).append('\n');
        }
        Path file = Files.writeString(Files.createTempFile(dir, "out", ""), text);
        ByteArrayOutputStream nar = new ByteArrayOutputStream();
        NarHash.Sink hashing = new NarHash.Sink(nar);
        NarWriter.dump(file, hashing);
        NarHash hash = hashing.result();
        StorePath path = derivation.output("out").knownPath().orElseThrow();
        PathInfo info = PathInfo.of(path, hash.digest(), hash.size(), references);
        store.add(info.withSignatures(List.of(key.sign(info))), new ByteArrayInputStream(nar.toByteArray()));
    }

    private BuildResult run(Realise realise, BuildGraph graph) throws Exception {
        Sink sink = new Sink() {
            @Override
            public void write(Group group) throws IOException {
                shown.add(new String(group.bytes(), StandardCharsets.UTF_8));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                        .to(sink, GroupingStrategy.task())
                        .build();
                Scheduler scheduler = Scheduler.builder()
                        .hosts(Hosts.inProcess(4))
                        .output(mux)
                        .rebuilder(realise.rebuilder())
                        .build()) {
            return scheduler.run(graph);
        }
    }

    private Substituters none() {
        return new Substituters(List.of(), trusted, told::add);
    }

    private static Outcome outcome(BuildResult result, StorePath derivation) {
        return result.outcome(derivation.baseName()).orElseThrow();
    }

    @Test
    void derivationsAreBuiltInParallelAfterTheirInputsAndTheirOutputsStayApart() throws Exception {
        // Neither of the two ends before the other has begun.
        Realise realise = new Realise(store, builds(new CyclicBarrier(2)), none());
        BuildResult result = run(realise, realise.graph(List.of(top)));
        assertThat(result.succeeded()).as("%s", result).isTrue();
        assertThat(outcome(result, top)).isInstanceOf(Outcome.Succeeded.class);
        assertThat(built).hasSize(3).last().isEqualTo("top.drv");
        assertThat(shown)
                .containsExactlyInAnyOrder(
                        "left.drv begins\nleft.drv ends\n",
                        "right.drv begins\nright.drv ends\n",
                        "top.drv begins\ntop.drv ends\n");
        assertThat(store.isValid(output(top))).isTrue();
    }

    @Test
    void theStoresOwnBuilderRunsThemAndTheirWordsAreTheJobs() throws Exception {
        String script = "echo hello from $name; echo made > $out";
        StorePath one = derivation("one", script);
        StorePath two = derivation("two", script, one);
        StorePath bad = derivation("worse", "echo it broke >&2; exit 3", one);
        Realise realise = new Realise(store, store.builds(), none());
        BuildResult result = run(realise, realise.graph(List.of(two, bad)));
        assertThat(outcome(result, one)).isInstanceOf(Outcome.Succeeded.class);
        assertThat(outcome(result, two)).isInstanceOf(Outcome.Succeeded.class);
        assertThat(outcome(result, bad)).isInstanceOf(Outcome.Failed.class);
        assertThat(shown).contains("hello from one\n", "hello from two\n");
        assertThat(String.join("", shown)).contains("it broke\n");
        assertThat(store.isValid(output(two))).isTrue();
    }

    @Test
    void whatIsValidIsUpToDateAndItsInputsAreNotLookedAt() throws Exception {
        Realise first = new Realise(store, builds(), none());
        run(first, first.graph(List.of(top)));
        Realise second = new Realise(store, builds(), none());
        BuildGraph graph = second.graph(List.of(top));
        assertThat(graph.size()).isEqualTo(1);
        BuildResult result = run(second, graph);
        assertThat(outcome(result, top)).isEqualTo(new Outcome.UpToDate("its outputs are valid"));
        assertThat(built).hasSize(3);
    }

    @Test
    void afterADerivationThatFailedItsDependentsAreSkippedAndOthersAreBuilt() throws Exception {
        StorePath bad = derivation("bad");
        StorePath above = derivation("above", bad, left);
        Realise realise = new Realise(store, builds(), none());
        BuildResult result = run(realise, realise.graph(List.of(above, top)));
        assertThat(result.succeeded()).isFalse();
        assertThat(outcome(result, bad))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOfSatisfying(
                                        Outcome.FailureCause.Thrown.class,
                                        thrown -> assertThat(thrown.thrown())
                                                .isInstanceOf(DerivationFailedException.class)
                                                .hasMessage(bad + ": exit code 3")));
        assertThat(outcome(result, above)).isEqualTo(new Outcome.Skipped(bad.baseName()));
        assertThat(outcome(result, top)).isInstanceOf(Outcome.Succeeded.class);
        assertThat(store.isValid(output(above))).isFalse();
    }

    private BinaryCache filledCache() throws Exception {
        Realise realise = new Realise(store, builds(), none());
        run(realise, realise.graph(List.of(top)));
        BinaryCache cache = BinaryCache.builder(dir.resolve("cache"), store.storeDirectory())
                .compression(Compression.ZSTD)
                .create()
                .open();
        StoreCopy.copy(store, cache, List.of(output(top)), 2);
        store.close();
        built.clear();
        shown.clear();
        store = opened("another");
        addDerivations();
        return cache;
    }

    @Test
    void whatACacheHasIsFetchedAndNothingIsBuilt() throws Exception {
        try (BinaryCache cache = filledCache()) {
            Realise realise = new Realise(store, builds(), new Substituters(List.of(cache), trusted, told::add));
            BuildResult result = run(realise, realise.graph(List.of(top)));
            assertThat(outcome(result, top)).isEqualTo(new Outcome.Substituted(cache.toString()));
            assertThat(result.outcome(left.baseName())).isEmpty();
            assertThat(built).isEmpty();
            assertThat(told).isEmpty();
            assertThat(store.queryValid(List.of(output(top), output(left), output(right))))
                    .hasSize(3);
        }
    }

    @Test
    void whatACacheCannotGiveIsBuiltAfterItsInputs() throws Exception {
        try (BinaryCache cache = filledCache()) {
            Files.delete(dir.resolve("cache")
                    .resolve(cache.narInfo(output(top)).orElseThrow().url()));
            Files.delete(dir.resolve("cache").resolve(output(left).hashPart() + ".narinfo"));
            Realise realise = new Realise(store, builds(), new Substituters(List.of(cache), trusted, told::add));
            BuildResult result = run(realise, realise.graph(List.of(top)));
            assertThat(result.succeeded())
                    .as("%s %s", result, result.failures())
                    .isTrue();
            assertThat(outcome(result, top)).isInstanceOf(Outcome.Succeeded.class);
            assertThat(outcome(result, left)).isInstanceOf(Outcome.Succeeded.class);
            assertThat(outcome(result, right)).isEqualTo(new Outcome.Substituted(cache.toString()));
            assertThat(built).containsExactly("left.drv", "top.drv");
            assertThat(String.join("", shown)).contains("; top is built instead");
        }
    }
}
