package dev.heddle.store;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.BuildService;
import dev.heddle.core.Channel;
import dev.heddle.core.Dependency;
import dev.heddle.core.Expansion;
import dev.heddle.core.JobContext;
import dev.heddle.core.Outcome;
import dev.heddle.core.Rebuilder;
import dev.heddle.core.Task;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the outputs of derivations valid, as a graph of tasks that any scheduler runs: together with {@link #rebuilder},
 * which says what need not run.
 *
 * <p>There is a task for each derivation that must be built, called as the base name of its path, which depends on those of
 * its inputs. A derivation whose outputs a substituter has needs no inputs; a second task, with {@value #FETCH} before
 * the name, fetches them, without a slot and at most {@value #FETCHES_AT_ONCE} at once. If that fails, the derivation is
 * built after all, after its inputs, which join the running graph. What is valid has no task, but for what was asked for.
 *
 * <p><b>Outcomes.</b> {@link Outcome.UpToDate} for what is valid, {@link Outcome.Substituted} for what was fetched,
 * {@link Outcome.Succeeded} for what was built; a build that failed is told by a {@link DerivationFailedException}.
 *
 * <p><b>Threads.</b> Any number. What is valid must stay so while the graph runs: the caller holds it.
 */
public final class Realise {

    /** What the name of a task that fetches begins with. */
    public static final String FETCH = "fetch ";

    /** Enough to fill a line, few enough for a cache. */
    static final int FETCHES_AT_ONCE = 8;

    private static final String POOL = "substitute";

    /** Paths of one closure at once. */
    private static final int PATHS_AT_ONCE = 2;

    private final Store store;
    private final BuildService builds;
    private final Substituters substituters;
    /** By the name of the task. */
    private final Map<String, RealisePlan.Node> nodes = new ConcurrentHashMap<>();
    /** Where the outputs of a derivation were fetched from. */
    private final Map<StorePath, String> fetched = new ConcurrentHashMap<>();

    /**
     * Realises into {@code store}.
     *
     * @param builds builds what must be built, into the same store
     * @param substituters are asked first
     */
    public Realise(Store store, BuildService builds, Substituters substituters) {
        this.store = store;
        this.builds = builds;
        this.substituters = substituters;
    }

    /**
     * What it takes to have all outputs of {@code derivations}.
     *
     * @param derivations paths of derivations, which are valid
     * @throws StoreException if one is not valid, or no derivation
     */
    public BuildGraph graph(Collection<StorePath> derivations) throws IOException {
        Set<StorePath> asked = new TreeSet<>(derivations);
        BuildGraph.Builder graph = BuildGraph.builder().pool(POOL, FETCHES_AT_ONCE);
        Map<StorePath, RealisePlan.Node> plan = plan(asked, Set.of());
        for (RealisePlan.Node node : plan.values()) {
            if (node.way != RealisePlan.Way.VALID || asked.contains(node.path)) {
                graph.tasks(tasks(node, plan));
            }
        }
        return graph.build();
    }

    private Map<StorePath, RealisePlan.Node> plan(Set<StorePath> asked, Set<StorePath> mustBuild) throws IOException {
        Map<StorePath, RealisePlan.Node> plan = new LinkedHashMap<>();
        for (RealisePlan.Node node : new RealisePlan(store, substituters, mustBuild).of(asked)) {
            plan.put(node.path, node);
        }
        return plan;
    }

    private List<TaskSpec> tasks(RealisePlan.Node node, Map<StorePath, RealisePlan.Node> plan) {
        String name = node.path.baseName();
        nodes.put(name, node);
        TaskSpec.Builder build = TaskSpec.named(name)
                .description(DerivationReader.name(node.path))
                .step("build", job -> build(node, job));
        List<TaskSpec> tasks = new ArrayList<>();
        if (node.way == RealisePlan.Way.FETCH) {
            nodes.put(FETCH + name, node);
            tasks.add(TaskSpec.named(FETCH + name)
                    .description(FETCH + DerivationReader.name(node.path))
                    .slots(0)
                    .pool(POOL)
                    .step("fetch", job -> fetch(node, job))
                    .build());
            build.dependsOn(FETCH + name);
        } else {
            build.dependsOn(inputs(node, plan));
        }
        tasks.add(build.build());
        return tasks;
    }

    private static List<String> inputs(RealisePlan.Node node, Map<StorePath, RealisePlan.Node> plan) {
        List<String> names = new ArrayList<>();
        if (node.way == RealisePlan.Way.BUILD) {
            for (StorePath input : node.derivation.inputDerivations().keySet()) {
                RealisePlan.@Nullable Node needed = plan.get(input);
                if (needed != null && needed.way != RealisePlan.Way.VALID) {
                    names.add(input.baseName());
                }
            }
        }
        return names;
    }

    private void build(RealisePlan.Node node, JobContext job) throws StoreException, InterruptedException {
        Outcome outcome = builds.build(node.path, node.derivation, BuildService.Mode.NORMAL, job.output());
        if (!outcome.isSuccess()) {
            throw new DerivationFailedException(node.path, outcome);
        }
    }

    private void fetch(RealisePlan.Node node, JobContext job) throws IOException, InterruptedException {
        Set<StorePath> wanted = node.outputs().values().stream()
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(TreeSet::new));
        try {
            SortedMap<StorePath, PathSource> from = substituters.fetch(wanted, store, PATHS_AT_ONCE);
            String sources = wanted.stream()
                    .flatMap(path -> Optional.ofNullable(from.get(path)).stream())
                    .map(PathSource::toString)
                    .distinct()
                    .collect(Collectors.joining(", "));
            if (!sources.isEmpty()) {
                fetched.put(node.path, sources);
            }
        } catch (IOException e) {
            String text = e.getMessage() + "; " + DerivationReader.name(node.path) + " is built instead\n";
            job.output().write(Channel.STDERR, text.getBytes(StandardCharsets.UTF_8));
            job.expand(instead(node));
        }
    }

    /** The tasks for the inputs of a derivation that could not be fetched, as far as they are not in the graph. */
    private Expansion instead(RealisePlan.Node node) throws IOException {
        Map<StorePath, RealisePlan.Node> plan = plan(Set.of(node.path), Set.of(node.path));
        Expansion.Builder added = Expansion.builder();
        for (RealisePlan.Node needed : plan.values()) {
            // Where two fetches fail at once, one adds an input that both need; the graph lets the other wait for it.
            if (needed.way != RealisePlan.Way.VALID && nodes.putIfAbsent(needed.path.baseName(), needed) == null) {
                tasks(needed, plan).forEach(added::task);
            }
        }
        for (String input : inputs(Objects.requireNonNull(plan.get(node.path)), plan)) {
            added.dependency(node.path.baseName(), Dependency.build(input));
        }
        return added.build();
    }

    /** Says which of the tasks need not run: those whose outputs are valid, or were fetched. */
    public Rebuilder rebuilder() {
        return (task, dependencies) -> check(task);
    }

    private Rebuilder.Verdict check(Task task) {
        RealisePlan.@Nullable Node node = nodes.get(task.name());
        if (node == null) {
            return new Rebuilder.Verdict.MustRun("is no derivation");
        }
        List<String> missing;
        try {
            missing = missing(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!missing.isEmpty()) {
            return new Rebuilder.Verdict.MustRun("not valid: " + String.join(", ", missing));
        }
        @Nullable String from = fetched.get(node.path);
        return from != null
                ? new Rebuilder.Verdict.Substituted(from)
                : new Rebuilder.Verdict.UpToDate("its outputs are valid");
    }

    private List<String> missing(RealisePlan.Node node) throws IOException {
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, Optional<StorePath>> output : node.outputs().entrySet()) {
            Optional<StorePath> path = output.getValue();
            if (path.isEmpty() || !store.isValid(path.get())) {
                missing.add(output.getKey());
            }
        }
        return missing;
    }
}
