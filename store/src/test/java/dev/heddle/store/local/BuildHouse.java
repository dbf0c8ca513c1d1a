package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.Channel;
import dev.heddle.core.JobInfo;
import dev.heddle.core.JobOutput;
import dev.heddle.core.Outcome;
import dev.heddle.core.OutputPort;
import dev.heddle.core.derivation.ByteText;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.OutputPaths;
import dev.heddle.core.derivation.StorePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A store with a builder, whose builders see the programs of the machine. */
final class BuildHouse implements AutoCloseable {

    /** What every build begins with: programs. */
    static final String PROGRAMS = "export PATH=/usr/bin:/bin\n";

    private final LocalStore store;
    private final Path tools;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    BuildHouse(Path dir, UnaryOperator<StoreSettings> settings) throws IOException {
        this(StoreLayout.in(dir), Isolation.BUBBLEWRAP, settings);
    }

    BuildHouse(Path dir, Isolation isolation, UnaryOperator<StoreSettings> settings) throws IOException {
        this(StoreLayout.in(dir), isolation, settings);
    }

    BuildHouse(StoreLayout layout, Isolation isolation, UnaryOperator<StoreSettings> settings) throws IOException {
        Map<String, Path> programs = new TreeMap<>();
        for (String path : List.of("/bin", "/usr", "/lib", "/lib64")) {
            if (Files.exists(Path.of(path))) {
                programs.put(path, Path.of(path).toRealPath());
            }
        }
        StoreSettings chosen = StoreSettings.DEFAULT
                .withSystem("x86_64-linux")
                .withSandboxPaths(programs)
                .withSandbox(isolation.mode());
        this.tools = layout.state().resolveSibling("tools");
        this.store = LocalStore.builder(layout)
                .settings(settings.apply(chosen))
                .programs(isolation.programs(tools))
                .open();
    }

    LocalStore store() {
        return store;
    }

    /** What builders printed so far. */
    String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** A derivation that runs {@code script}. */
    Derivation shell(String name, String script, String... outputs) {
        return shell(name, script, new TreeMap<>(), List.of(), outputs);
    }

    /** The same with variables and input sources. */
    Derivation shell(
            String name, String script, Map<String, String> variables, List<StorePath> sources, String... outputs) {
        SortedMap<String, Derivation.Output> made = new TreeMap<>();
        SortedMap<String, String> environment = new TreeMap<>(ByteText.ORDER);
        environment.putAll(variables);
        environment.put("name", name);
        for (String output : outputs.length == 0 ? new String[] {"out"} : outputs) {
            made.put(output, new Derivation.Output.Deferred());
            environment.put(output, "");
        }
        return resolved(
                name,
                new Derivation(
                        made,
                        new TreeMap<>(),
                        new TreeSet<>(sources),
                        "x86_64-linux",
                        "/bin/sh",
                        List.of("-c", PROGRAMS + script),
                        environment));
    }

    /** The same derivation with the outputs {@code out} of others as inputs, which it knows as {@code $inputs}. */
    Derivation needing(Derivation derivation, Map<StorePath, Derivation> inputs) throws IOException {
        SortedMap<String, String> environment = new TreeMap<>(derivation.environment());
        SortedMap<String, Derivation.Output> outputs = new TreeMap<>();
        derivation.outputs().keySet().forEach(name -> outputs.put(name, new Derivation.Output.Deferred()));
        SortedMap<StorePath, SortedSet<String>> needed = new TreeMap<>();
        StringBuilder paths = new StringBuilder();
        inputs.forEach((path, input) -> {
            needed.put(path, new TreeSet<>(List.of("out")));
            paths.append(' ').append(input.outputs().get("out").knownPath().orElseThrow());
        });
        environment.put("inputs", paths.substring(1));
        Derivation blank = new Derivation(
                outputs,
                needed,
                derivation.inputSources(),
                derivation.platform(),
                derivation.builder(),
                derivation.arguments(),
                environment);
        return new OutputPaths()
                .<IOException>resolve(
                        store.storeDirectory(), derivation.environment().get("name"), blank, store::readDerivation);
    }

    private Derivation resolved(String name, Derivation blank) {
        return new OutputPaths().<RuntimeException>resolve(store.storeDirectory(), name, blank, path -> {
            throw new AssertionError("no derivation is known here: " + path);
        });
    }

    BuildResult build(Derivation derivation) throws IOException, InterruptedException {
        return build(derivation, Mode.NORMAL);
    }

    BuildResult build(Derivation derivation, Mode mode) throws IOException, InterruptedException {
        return store.buildDerivation(path(derivation), derivation, mode, output());
    }

    StorePath path(Derivation derivation) {
        return derivation.storePath(
                store.storeDirectory(), derivation.environment().get("name"));
    }

    /** The same for every job. */
    OutputPort port() {
        return new OutputPort() {
            @Override
            public JobOutput open(JobInfo job) {
                return output();
            }

            @Override
            public void message(Channel channel, String text) {}
        };
    }

    JobOutput output() {
        return new JobOutput() {
            @Override
            public void write(Channel channel, byte[] bytes, int offset, int length) {
                printed.write(bytes, offset, length);
            }

            @Override
            public void finish(Outcome outcome) {}

            @Override
            public void close() {}
        };
    }

    /** Builds what must succeed, and gives the paths of the outputs. */
    SortedMap<String, StorePath> made(Derivation derivation) throws IOException, InterruptedException {
        BuildResult result = build(derivation);
        assertThat(result.summary()).startsWith("built");
        SortedMap<String, StorePath> paths = new TreeMap<>();
        derivation
                .outputs()
                .forEach((name, output) -> paths.put(name, output.knownPath().orElseThrow()));
        return paths;
    }

    /** Builds what must fail so. */
    BuildResult.Failed failed(Derivation derivation, BuildResult.Failure failure)
            throws IOException, InterruptedException {
        BuildResult result = build(derivation);
        assertThat(result).as(result.summary()).isInstanceOf(BuildResult.Failed.class);
        BuildResult.Failed failed = (BuildResult.Failed) result;
        assertThat(failed.failure()).as(result.summary()).isEqualTo(failure);
        assertNothingLeft();
        return failed;
    }

    Path real(StorePath path) {
        return store.layout().real(path);
    }

    Path only(Derivation derivation) {
        return real(derivation.outputs().values().iterator().next().knownPath().orElseThrow());
    }

    /** That the store holds valid paths only, and no directory of a build is left. */
    void assertNothingLeft() throws IOException {
        try (Stream<Path> files = Files.list(store.layout().real())) {
            SortedSet<String> names = new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
            names.remove(".links");
            for (String name : names) {
                assertThat(store.isValid(StorePath.parse(store.storeDirectory() + "/" + name)))
                        .as(name)
                        .isTrue();
            }
        }
        try (Stream<Path> files = Files.walk(store.layout().staging())) {
            assertThat(files.filter(file -> Arrays.asList("build", "outputs")
                            .contains(file.getFileName().toString())))
                    .isEmpty();
        }
    }

    @Override
    public void close() throws IOException {
        store.close();
        if (Files.exists(tools)) {
            try (Stream<Path> links = Files.list(tools)) {
                for (Path link : links.toList()) {
                    Files.delete(link);
                }
            }
        }
    }
}
