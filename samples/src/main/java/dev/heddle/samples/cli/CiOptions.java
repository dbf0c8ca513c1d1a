package dev.heddle.samples.cli;

import dev.heddle.logmux.console.CiDisplay;
import dev.heddle.logmux.console.CiSystem;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options by which a command says for which CI system it shows the build. */
final class CiOptions {

    /** For whom commands are written. */
    enum CiMode {
        /** For the system that the environment is of, if any. */
        AUTO,
        GITHUB,
        GITLAB,
        TEAMCITY,
        BUILDKITE,
        /** For none. */
        OFF
    }

    private static final int TOKEN_BYTES = 16;

    @Option(
            names = "--ci",
            paramLabel = "SYSTEM",
            description =
                    "Fold and annotate the output for a CI system: auto (as the environment tells), github, gitlab,"
                            + " teamcity, buildkite or off. Left out: auto.")
    private CiMode mode = CiMode.AUTO;

    @Option(
            names = "--ci-report",
            paramLabel = "FILE",
            description =
                    "What failed, for the CI system: Markdown that is added to the file for github (left out: the file"
                            + " that GITHUB_STEP_SUMMARY names), a report of code quality for gitlab.")
    private @Nullable Path report;

    /** The system for which the build is shown. */
    Optional<CiSystem> system(Map<String, String> environment) {
        return switch (mode) {
            case AUTO -> CiSystem.of(environment);
            case OFF -> Optional.empty();
            default -> Optional.of(CiSystem.valueOf(mode.name()));
        };
    }

    /** The display for it, where and as {@code display} asks. */
    CiDisplay display(
            CiSystem system, DisplayOptions display, UnaryOperator<String> masked, Map<String, String> environment) {
        SecureRandom random = new SecureRandom();
        CiDisplay.Builder builder = CiDisplay.builder(system, display.shown(), () -> {
                    byte[] token = new byte[TOKEN_BYTES];
                    random.nextBytes(token);
                    return token;
                })
                .masked(masked);
        display.apply(builder, environment);
        String summary = environment.get("GITHUB_STEP_SUMMARY");
        if (report != null) {
            builder.report(report);
        } else if (system == CiSystem.GITHUB && summary != null && !summary.isEmpty()) {
            builder.report(Path.of(summary));
        }
        return builder.build();
    }
}
