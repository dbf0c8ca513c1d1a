package dev.heddle.samples.ninja;

import dev.heddle.core.Dependency;
import dev.heddle.core.Expansion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a dyndep file into a build that runs: what it says may put further edges out of date, make others needed, and give
 * edges further inputs. Called under the build's lock.
 */
final class Growth {

    private final Build build;
    private final BuildState state;
    private final Manifest manifest;
    private final Plan plan;
    private final DirtyScan scan;
    private final Discovered discovered;

    Growth(Build build, DirtyScan scan) {
        this.build = build;
        this.state = build.state();
        this.manifest = state.manifest;
        this.plan = build.plan();
        this.scan = scan;
        this.discovered = build.discovered();
    }

    /** Reads the dyndep files among some nodes and says what they change; null if there are none. */
    @Nullable
    Expansion loadDyndeps(int[] nodes) throws NinjaException {
        Expansion.Builder expansion = null;
        for (int node : nodes) {
            if (state.isPendingDyndep(node)) {
                if (expansion == null) {
                    expansion = Expansion.builder();
                }
                load(node, expansion);
            }
        }
        return expansion == null ? null : expansion.build();
    }

    private void load(int node, Expansion.Builder expansion) throws NinjaException {
        discovered.loadDyndep(node);
        plan.inputsChanged();
        int[] touched = discovered.lastDyndepEdges();
        int known = plan.size();
        refresh(node);
        for (int edge : touched) {
            if (plan.contains(edge) && !state.outputsReady[edge]) {
                plan.addInputs(edge);
            }
        }
        for (int i = known; i < plan.size(); i++) {
            expansion.task(build.task(plan.edge(i)));
        }
        for (int edge : touched) {
            if (plan.contains(edge) && plan.indexOf(edge) < known) {
                addDependencies(edge, expansion);
            }
            addDependents(edge, expansion);
        }
    }

    // Looks anew at all in the plan that needs the dyndep file, directly or not.
    private void refresh(int node) throws NinjaException {
        Set<Integer> outputs = new LinkedHashSet<>();
        Deque<Integer> open = new ArrayDeque<>();
        open.add(node);
        while (!open.isEmpty()) {
            for (int edge : plan.dependents(open.remove())) {
                if (scan.isVisited(edge)) {
                    scan.forget(edge);
                    for (int output : state.outputs(edge)) {
                        if (outputs.add(output)) {
                            open.add(output);
                        }
                    }
                }
            }
        }
        for (int output : outputs) {
            for (int validation : scan.visit(output)) {
                int edge = manifest.producer(validation);
                if (edge != Manifest.NONE && !state.outputsReady[edge]) {
                    plan.addTarget(validation);
                }
            }
            if (state.isDirty(output)) {
                plan.want(manifest.producer(output));
            }
        }
    }

    private void addDependencies(int edge, Expansion.Builder expansion) {
        String task = build.taskName(edge);
        for (int i = 0; i < state.inputCount(edge); i++) {
            int producer = manifest.producer(state.input(edge, i));
            if (producer != Manifest.NONE && producer != edge && plan.contains(producer)) {
                expansion.dependency(task, Dependency.build(build.taskName(producer)));
            }
        }
    }

    // An output that only the dyndep file tells of may be what others wait for without knowing who makes it.
    private void addDependents(int edge, Expansion.Builder expansion) {
        if (!plan.contains(edge)) {
            return;
        }
        for (int output : state.foundOutputs(edge)) {
            for (int dependent : plan.dependents(output)) {
                EdgeJob job = build.job(build.taskName(dependent));
                if (job != null && !job.started && dependent != edge) {
                    expansion.dependency(job.task, Dependency.build(build.taskName(edge)));
                }
            }
        }
    }
}
