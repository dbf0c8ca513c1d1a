package dev.heddle.store.local;

import dev.heddle.core.BuildService.Mode;
import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.JobOutput;
import dev.heddle.core.derivation.Derivation;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.core.process.ProcessEnd;
import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * One build of one derivation, from taking the locks of its outputs to having them registered.
 *
 * <p>Used once, by one thread. Whatever happens, nothing of the build is left in the store but what was registered, and no
 * process of the builder lives.
 */
final class DerivationBuild {

    private static final int MOST_NAMED = 10;

    /**
     * What a build is done with.
     *
     * @param ticker nanoseconds from any origin
     */
    record Tools(
            LocalStore store, BuilderProcess processes, Confinement confinement, BuildLogs logs, LongSupplier ticker) {}

    private final Tools tools;
    private final LocalStore store;
    private final StorePath path;
    private final Derivation derivation;
    private final Mode mode;
    private final JobOutput output;
    private final BuiltOutputs outputs;

    DerivationBuild(Tools tools, StorePath path, Derivation derivation, Mode mode, JobOutput output)
            throws BuildFailure {
        this.tools = tools;
        this.store = tools.store();
        this.path = path;
        this.derivation = derivation;
        this.mode = mode;
        this.output = output;
        this.outputs = new BuiltOutputs(store, path, derivation);
    }

    BuildResult run() throws IOException, InterruptedException {
        try (Hold hold = store.hold(outputs.paths().values());
                Closeable locks = store.locks().lock(outputs.paths().values())) {
            BuildResult result = locked(hold);
            if (result.isSuccess()) {
                hold.told(outputs.paths().values());
            }
            return result;
        }
    }

    private BuildResult locked(Hold hold) throws IOException, InterruptedException {
        SortedMap<String, PathInfo> valid = outputs.valid();
        SortedSet<String> wanted = wanted(valid);
        if (wanted.isEmpty()) {
            return new BuildResult.AlreadyValid(path, outputs.paths());
        }
        refuseForeign();
        List<StorePath> inputs = inputs(hold);
        SortedMap<String, StorePath> scratch = new TreeMap<>();
        if (!tools.confinement().isPrivate()) {
            valid.forEach((name, info) -> scratch.put(name, StorePath.ofScratch(path, info.path())));
        }
        Rewrites rewrites = Rewrites.of(outputs.paths(), scratch);
        try (Stage made = store.staging().stage()) {
            SortedMap<String, StorePath> places = new TreeMap<>(outputs.paths());
            places.putAll(scratch);
            Duration elapsed = build(inputs, rewrites, places, made);
            return switch (mode) {
                case NORMAL -> outputs.register(wanted, elapsed);
                case CHECK -> outputs.confirm(valid, elapsed);
                case REPAIR -> outputs.repair(wanted, valid, elapsed);
            };
        }
    }

    /** The outputs to be made; for a check all of them. */
    private SortedSet<String> wanted(Map<String, PathInfo> valid) throws IOException {
        SortedSet<String> names = new TreeSet<>(outputs.paths().keySet());
        switch (mode) {
            case NORMAL -> names.removeAll(valid.keySet());
            case CHECK -> {
                if (valid.size() < names.size()) {
                    throw refused("some outputs of '" + path + "' are not valid, so checking is not possible");
                }
            }
            case REPAIR -> {
                for (Map.Entry<String, PathInfo> entry : valid.entrySet()) {
                    if (outputs.isWhole(entry.getValue())) {
                        names.remove(entry.getKey());
                    }
                }
            }
        }
        return names;
    }

    private void refuseForeign() throws BuildFailure {
        String system = store.parts().settings().system();
        if (!derivation.platform().equals(system)) {
            throw refused("a '" + derivation.platform() + "' is required to build '" + path + "', but this is a '"
                    + system + "'");
        }
        if (derivation.builder().startsWith("builtin:")) {
            throw refused("'" + path + "' wants '" + derivation.builder() + "', which only Nix has built in");
        }
        StoreLayout layout = store.layout();
        if (!tools.confinement().isPrivate() && !layout.real().toString().equals(layout.storeDirectory())) {
            throw refused("the files of the store " + layout.storeDirectory() + " are in " + layout.real()
                    + ", where only a builder in a sandbox takes them for the store's, and there is no sandbox; allow"
                    + " one, or use a store in its own place");
        }
    }

    /** Everything that the builder may see: what the derivation names, and all that this refers to. */
    private List<StorePath> inputs(Hold hold) throws IOException {
        SortedSet<StorePath> wanted = new TreeSet<>(derivation.inputSources());
        for (Map.Entry<StorePath, SortedSet<String>> input :
                derivation.inputDerivations().entrySet()) {
            wanted.addAll(outputsOf(input.getKey(), input.getValue()));
        }
        hold.keep(wanted);
        SortedSet<StorePath> missing = new TreeSet<>(wanted);
        missing.removeAll(store.queryValid(wanted));
        if (!missing.isEmpty()) {
            throw new BuildFailure(
                    BuildResult.Failure.INPUT_MISSING,
                    "'" + path + "' needs " + missing.size() + " paths that are not valid: "
                            + missing.stream()
                                    .limit(MOST_NAMED)
                                    .map(StorePath::toString)
                                    .collect(Collectors.joining(", "))
                            + (missing.size() > MOST_NAMED ? ", ..." : ""));
        }
        return store.queryClosure(wanted);
    }

    private SortedSet<StorePath> outputsOf(StorePath input, SortedSet<String> names) throws IOException {
        if (!store.isValid(input)) {
            throw new BuildFailure(
                    BuildResult.Failure.INPUT_MISSING,
                    "'" + path + "' needs the derivation " + input + ", which is not valid");
        }
        Derivation read = store.readDerivation(input);
        SortedSet<StorePath> paths = new TreeSet<>();
        for (String name : names) {
            Derivation.Output made = read.output(name);
            paths.add(Optional.ofNullable(made)
                    .flatMap(Derivation.Output::knownPath)
                    .orElseThrow(() -> noPath(input, name)));
        }
        return paths;
    }

    private BuildFailure noPath(StorePath input, String name) {
        return new BuildFailure(
                BuildResult.Failure.INPUT_MISSING,
                "'" + path + "' needs the output '" + name + "' of " + input + ", which has none whose path is known");
    }

    private Duration build(List<StorePath> inputs, Rewrites rewrites, SortedMap<String, StorePath> places, Stage made)
            throws IOException, InterruptedException {
        Leftovers leftovers = new Leftovers(store, tools.confinement().isPrivate() ? List.of() : places.values());
        Stage stage = store.staging().stage();
        // They are deleted with the stage: a directory less for each build.
        Trash trash = new Trash(stage);
        try {
            leftovers.clear(trash);
            long began = tools.ticker().getAsLong();
            BuildRoom room = runBuilder(stage, inputs, rewrites);
            Duration elapsed = Duration.ofNanos(tools.ticker().getAsLong() - began);
            List<StorePath> candidates = new ArrayList<>(inputs);
            candidates.addAll(outputs.paths().values());
            OutputTaker taker = new OutputTaker(made, candidates, rewrites.back());
            if (tools.confinement().isPrivate()) {
                stage.folder().setMode(BuildRoom.OUTPUTS, BuildRoom.OPEN);
                outputs.take(taker, made, room.outputs(), places);
            } else {
                outputs.take(taker, made, store.layout().real(), places);
            }
            return elapsed;
        } finally {
            leftovers.clear(trash);
            drop(stage);
        }
    }

    /** What cannot be removed now is when the store is closed or opened again; the outputs are none the worse for it. */
    private void drop(Stage stage) {
        try {
            stage.close();
        } catch (IOException e) {
            warn("the directory of this build is not removed yet: " + e.getMessage());
        }
    }

    private void warn(String text) {
        output.write(Channel.WARNING, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private BuildRoom runBuilder(Stage stage, List<StorePath> inputs, Rewrites rewrites)
            throws IOException, InterruptedException {
        StoreSettings settings = store.parts().settings();
        boolean network = BuilderInput.isFixed(derivation);
        BuildRoom room = BuildRoom.in(stage);
        if (tools.confinement().isPrivate()) {
            room.furnish(stage, network);
        }
        BuilderInput.Place place = new BuilderInput.Place(
                store.storeDirectory(),
                tools.confinement().directory(room),
                settings.cores() == 0 ? Runtime.getRuntime().availableProcessors() : settings.cores(),
                System::getenv);
        ReferencesGraph graph = new ReferencesGraph(new TreeSet<>(inputs), this::closure);
        BuilderInput input = BuilderInput.of(derivation, place, rewrites, graph);
        room.add(stage, input.files());
        List<String> arguments =
                derivation.arguments().stream().map(rewrites::apply).toList();
        Command command = command(new Confinement.Call(
                rewrites.apply(derivation.builder()), arguments, input.environment(), room, inputs, network));
        OutputStream log = log();
        WatchedOutput watched = new WatchedOutput(output, log, settings.logLimit(), tools.ticker());
        try {
            ProcessEnd end = tools.processes().run(command, watched, settings.buildTimeout(), settings.silenceLimit());
            end.remark().ifPresent(remark -> warn(remark.strip()));
            if (!end.exitedWith(0)) {
                throw new BuildFailure(
                        BuildResult.Failure.BUILDER_FAILED,
                        end.signal() == 0
                                ? "failed with exit code " + end.exitCode()
                                : "failed due to signal " + end.signal());
            }
            return room;
        } catch (BuildFailure e) {
            throw e.of("builder for '" + path + "' ", watched.lastLines());
        } finally {
            close(log);
        }
    }

    private Command command(Confinement.Call call) throws IOException {
        try {
            return tools.confinement().command(call);
        } catch (IllegalArgumentException e) {
            throw new BuildFailure(
                    BuildResult.Failure.NOT_STARTED,
                    "the builder of '" + path + "' cannot be started: " + e.getMessage());
        }
    }

    private List<PathInfo> closure(Collection<StorePath> paths) throws IOException {
        List<PathInfo> infos = new ArrayList<>();
        for (StorePath one : store.queryClosure(paths)) {
            infos.add(store.queryPathInfo(one).orElseThrow(() -> new StoreException(one + " is not valid any more")));
        }
        return infos;
    }

    private OutputStream log() {
        try {
            return tools.logs().begin(path);
        } catch (IOException e) {
            warn("the log of this build is not kept: " + e.getMessage());
            return OutputStream.nullOutputStream();
        }
    }

    private void close(OutputStream log) {
        try {
            log.close();
        } catch (IOException e) {
            warn("the log of this build is not compressed: " + e.getMessage());
        }
    }

    private static BuildFailure refused(String message) {
        return new BuildFailure(BuildResult.Failure.REFUSED, message);
    }
}
