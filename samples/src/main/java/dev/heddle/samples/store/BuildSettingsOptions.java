package dev.heddle.samples.store;

import dev.heddle.store.local.LocalStoreBuilder;
import dev.heddle.store.local.StoreSettings;
import dev.heddle.store.local.StoreSettings.SandboxMode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how builds are isolated, and what ends them. */
final class BuildSettingsOptions {

    @Option(
            names = "--sandbox",
            paramLabel = "MODE",
            description = "Isolate builds: auto (where this machine can), require or off. Left out: auto.")
    private SandboxMode sandbox = SandboxMode.AUTO;

    @Option(names = "--timeout", paramLabel = "TIME", description = "End a build that takes longer: 90s, 10m, 2h.")
    private @Nullable String timeout;

    @Option(
            names = "--max-silent-time",
            paramLabel = "TIME",
            description = "End a build that prints nothing for so long.")
    private @Nullable String silence;

    @Option(names = "--max-log-size", paramLabel = "BYTES", description = "End a build that prints more: 500K, 10M.")
    private @Nullable String logSize;

    BuildSettingsOptions() {}

    /** Has a store build as was asked for. */
    LocalStoreBuilder apply(LocalStoreBuilder builder) {
        StoreSettings chosen = StoreSettings.DEFAULT.withSandbox(sandbox);
        if (timeout != null) {
            chosen = chosen.withBuildTimeout(Amounts.time("--timeout", timeout));
        }
        if (silence != null) {
            chosen = chosen.withSilenceLimit(Amounts.time("--max-silent-time", silence));
        }
        return builder.settings(
                logSize == null ? chosen : chosen.withLogLimit(Amounts.bytes("--max-log-size", logSize)));
    }
}
