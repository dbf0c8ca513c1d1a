package dev.heddle.store.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a user may choose for a store. Immutable; start from {@link #DEFAULT}.
 *
 * @param keepOutputs whether what a live derivation makes is kept by a collection
 * @param keepDerivations whether the derivation that made a live path is kept by a collection
 * @param sandbox whether builds are isolated
 * @param sandboxPaths what isolated builders see of the machine besides {@code /bin/sh} and the libraries that it needs: the
 *     path that they see, and the file or directory that it is
 * @param buildTimeout how long a build may take; zero for ever
 * @param silenceLimit how long a build may print nothing; zero for ever
 * @param logLimit how many bytes a build may print; zero for no limit
 * @param sync whether what was added is on the medium before it is valid; without, a power cut may leave valid paths with
 *     wrong content
 * @param autoOptimise whether every new file that the store has already becomes a hard link
 * @param cores how many processors a builder is told to use ({@code NIX_BUILD_CORES}); zero for all of the machine
 * @param system the platform that derivations can be built for, {@code x86_64-linux} say
 */
public record StoreSettings(
        boolean keepOutputs,
        boolean keepDerivations,
        SandboxMode sandbox,
        SortedMap<String, Path> sandboxPaths,
        Duration buildTimeout,
        Duration silenceLimit,
        long logLimit,
        boolean sync,
        boolean autoOptimise,
        int cores,
        String system) {

    /** Nix's own choices, but for durability, which Nix leaves to the file system. */
    public static final StoreSettings DEFAULT = new StoreSettings(
            false,
            true,
            SandboxMode.AUTO,
            new TreeMap<>(),
            Duration.ZERO,
            Duration.ZERO,
            0,
            true,
            false,
            0,
            thisSystem());

    /** Whether builds are isolated from the machine. */
    public enum SandboxMode {
        /** Where the machine allows it. */
        AUTO,
        /** Always: a build fails where it is not possible. */
        REQUIRE,
        /** Never. */
        OFF
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a limit or the number of cores is negative, the system is empty, or a path in the sandbox is not absolute
     */
    public StoreSettings {
        sandboxPaths = Collections.unmodifiableSortedMap(new TreeMap<>(sandboxPaths));
        sandboxPaths.forEach((seen, real) -> {
            if (!seen.startsWith("/") || !real.isAbsolute()) {
                throw new IllegalArgumentException("paths in a sandbox must be absolute, not " + seen + " and " + real);
            }
        });
        if (buildTimeout.isNegative() || silenceLimit.isNegative() || logLimit < 0 || cores < 0) {
            throw new IllegalArgumentException(
                    "a limit or a number of cores must not be negative; zero stands for none, or all");
        }
        if (system.isEmpty()) {
            throw new IllegalArgumentException("the system must not be empty; it is like x86_64-linux");
        }
    }

    private static String thisSystem() {
        String machine = System.getProperty("os.arch", "unknown");
        String kernel = System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT);
        String cpu = machine.equals("amd64") ? "x86_64" : machine;
        return cpu + "-" + (kernel.startsWith("mac") ? "darwin" : kernel.replace(' ', '_'));
    }

    /** These settings while one of them is changed. */
    private static final class Draft {
        private boolean keepOutputs;
        private boolean keepDerivations;
        private SandboxMode sandbox;
        private SortedMap<String, Path> sandboxPaths;
        private Duration buildTimeout;
        private Duration silenceLimit;
        private long logLimit;
        private boolean sync;
        private boolean autoOptimise;
        private int cores;
        private String system;

        private Draft(StoreSettings from) {
            keepOutputs = from.keepOutputs;
            keepDerivations = from.keepDerivations;
            sandbox = from.sandbox;
            sandboxPaths = from.sandboxPaths;
            buildTimeout = from.buildTimeout;
            silenceLimit = from.silenceLimit;
            logLimit = from.logLimit;
            sync = from.sync;
            autoOptimise = from.autoOptimise;
            cores = from.cores;
            system = from.system;
        }

        private StoreSettings settings() {
            return new StoreSettings(
                    keepOutputs,
                    keepDerivations,
                    sandbox,
                    sandboxPaths,
                    buildTimeout,
                    silenceLimit,
                    logLimit,
                    sync,
                    autoOptimise,
                    cores,
                    system);
        }
    }

    private StoreSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /** The same, keeping the outputs of live derivations or not. */
    public StoreSettings withKeepOutputs(boolean keep) {
        return with(draft -> draft.keepOutputs = keep);
    }

    /** The same, keeping the derivations of live paths or not. */
    public StoreSettings withKeepDerivations(boolean keep) {
        return with(draft -> draft.keepDerivations = keep);
    }

    /** The same with builds isolated so. */
    public StoreSettings withSandbox(SandboxMode mode) {
        return with(draft -> draft.sandbox = mode);
    }

    /** The same with isolated builders seeing these paths of the machine: what they see, and what it is. */
    public StoreSettings withSandboxPaths(Map<String, Path> paths) {
        return with(draft -> draft.sandboxPaths = new TreeMap<>(paths));
    }

    /** The same with this time for a build; zero for ever. */
    public StoreSettings withBuildTimeout(Duration time) {
        return with(draft -> draft.buildTimeout = time);
    }

    /** The same with this time in which a build may print nothing; zero for ever. */
    public StoreSettings withSilenceLimit(Duration time) {
        return with(draft -> draft.silenceLimit = time);
    }

    /** The same with this many bytes for a build's log; zero for no limit. */
    public StoreSettings withLogLimit(long bytes) {
        return with(draft -> draft.logLimit = bytes);
    }

    /** The same, waiting for the medium or not. */
    public StoreSettings withSync(boolean wait) {
        return with(draft -> draft.sync = wait);
    }

    /** The same, linking equal files at once or not. */
    public StoreSettings withAutoOptimise(boolean link) {
        return with(draft -> draft.autoOptimise = link);
    }

    /** The same with builders told to use so many processors; zero for all of the machine. */
    public StoreSettings withCores(int number) {
        return with(draft -> draft.cores = number);
    }

    /** The same, building for this platform. */
    public StoreSettings withSystem(String platform) {
        return with(draft -> draft.system = platform);
    }
}
