package dev.heddle.logmux.console;

import java.util.Map;
import java.util.Optional;

/** Systems that run builds and read commands from their output. */
public enum CiSystem {
    /** GitHub Actions: workflow commands. */
    GITHUB("GitHub"),
    /** GitLab CI: sections. */
    GITLAB("GitLab"),
    /** TeamCity: service messages. */
    TEAMCITY("TeamCity"),
    /** Buildkite: headings of groups. */
    BUILDKITE("Buildkite");

    private final String title;

    CiSystem(String title) {
        this.title = title;
    }

    /** Its name for people. */
    String title() {
        return title;
    }

    /**
     * The system that an environment is of: by {@code GITHUB_ACTIONS}, {@code GITLAB_CI}, {@code BUILDKITE} or
     * {@code TEAMCITY_VERSION}.
     */
    public static Optional<CiSystem> of(Map<String, String> environment) {
        if ("true".equals(environment.get("GITHUB_ACTIONS"))) {
            return Optional.of(GITHUB);
        }
        if ("true".equals(environment.get("GITLAB_CI"))) {
            return Optional.of(GITLAB);
        }
        if ("true".equals(environment.get("BUILDKITE"))) {
            return Optional.of(BUILDKITE);
        }
        String teamCity = environment.get("TEAMCITY_VERSION");
        return teamCity == null || teamCity.isEmpty() ? Optional.empty() : Optional.of(TEAMCITY);
    }
}
