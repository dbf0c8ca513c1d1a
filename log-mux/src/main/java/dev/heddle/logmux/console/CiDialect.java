package dev.heddle.logmux.console;

import dev.heddle.core.Diagnostic;
import dev.heddle.core.Location;
import dev.heddle.logmux.BuildSummary;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one CI system, as text that is whole lines. What goes into them is escaped by the rules of the system, and every
 * control character in it is made visible before.
 *
 * <p>Between {@link #guard} and {@link #unguard} the system obeys no command, where it has a way to be told so: nobody who does not
 * know the token can end that. Owned by one thread.
 */
abstract class CiDialect {

    /** What is wrong with what. */
    record Problem(String task, String how, @Nullable Diagnostic diagnostic) {
        static Problem of(BuildSummary.Failure failure) {
            return new Problem(
                    failure.job().task(),
                    failure.ending().describe(),
                    failure.firstError().orElse(null));
        }

        String message() {
            Diagnostic known = diagnostic;
            return known == null ? task + ": " + how : known.message() + " (" + task + ": " + how + ")";
        }

        @Nullable
        Location location() {
            return diagnostic == null ? null : diagnostic.location();
        }
    }

    static CiDialect of(CiSystem system, Supplier<byte[]> tokens, InstantSource clock) {
        return switch (system) {
            case GITHUB -> new GitHub(tokens);
            case GITLAB -> new GitLab(clock);
            case TEAMCITY -> new TeamCity();
            case BUILDKITE -> new Buildkite();
        };
    }

    abstract String open(String name);

    /** Before the output of a task that has failed, which is not folded. */
    String openFailed(String name) {
        return "";
    }

    abstract String close(String name);

    /** Before the engine speaks. */
    String openOwn() {
        return "";
    }

    /** What tells of a failed task; empty where the system has no command for it. */
    String failure(Problem problem) {
        return "";
    }

    /** What tells of a warning; empty where the system has no command for it. */
    String warning(String task, Diagnostic diagnostic) {
        return "";
    }

    /** From here on jobs speak. */
    String guard() {
        return "";
    }

    /** From here on the engine may command. */
    String unguard() {
        return "";
    }

    /** Workflow commands, as GitHub's documentation of them has it. */
    private static final class GitHub extends CiDialect {
        private final Supplier<byte[]> tokens;
        private String token = "";

        GitHub(Supplier<byte[]> tokens) {
            this.tokens = tokens;
        }

        @Override
        String open(String name) {
            return "::group::" + data(name) + "\n";
        }

        @Override
        String close(String name) {
            return "::endgroup::\n";
        }

        @Override
        String failure(Problem problem) {
            Location at = problem.location();
            return command("error", at, problem.task(), problem.message());
        }

        @Override
        String warning(String task, Diagnostic diagnostic) {
            return command("warning", diagnostic.location(), task, diagnostic.message());
        }

        private static String command(String kind, @Nullable Location at, String title, String message) {
            StringBuilder line = new StringBuilder("::").append(kind).append(' ');
            if (at != null) {
                line.append("file=").append(property(at.file())).append(',');
                line.append(at.line() > 0 ? "line=" + at.line() + "," : "");
                line.append(at.column() > 0 ? "col=" + at.column() + "," : "");
            }
            line.append("title=").append(property(title));
            return line.append("::").append(data(message)).append('\n').toString();
        }

        @Override
        String guard() {
            token = HexFormat.of().formatHex(tokens.get());
            return "::stop-commands::" + token + "\n";
        }

        @Override
        String unguard() {
            return "::" + token + "::\n";
        }

        private static String data(String text) {
            return CellText.visible(text)
                    .replace("%", "%25")
                    .replace("\r", "%0D")
                    .replace("\n", "%0A");
        }

        private static String property(String text) {
            return data(text).replace(":", "%3A").replace(",", "%2C");
        }
    }

    /** Sections; annotations go into a report of code quality. */
    private static final class GitLab extends CiDialect {
        private static final String ERASE = "\r\u001b[0K";
        private final InstantSource clock;
        private long sections;

        GitLab(InstantSource clock) {
            this.clock = clock;
        }

        @Override
        String open(String name) {
            sections++;
            return marker("start", "[collapsed=true]") + CellText.visible(name) + "\n";
        }

        @Override
        String close(String name) {
            return marker("end", "") + "\n";
        }

        // The section's name, which may be of a-z, 0-9, _, . and - only, is a number: those of tasks may be anything.
        private String marker(String what, String options) {
            return "\u001b[0Ksection_" + what + ":" + clock.instant().getEpochSecond() + ":heddle_" + sections + options
                    + ERASE;
        }
    }

    /** Service messages. */
    private static final class TeamCity extends CiDialect {
        private long problems;

        @Override
        String open(String name) {
            return "##teamcity[blockOpened name='" + value(name) + "']\n";
        }

        @Override
        String close(String name) {
            return "##teamcity[blockClosed name='" + value(name) + "']\n";
        }

        @Override
        String failure(Problem problem) {
            Location at = problem.location();
            String where = at == null ? "" : at + ": ";
            return "##teamcity[buildProblem description='" + value(where + problem.message()) + "' identity='heddle"
                    + ++problems + "']\n";
        }

        @Override
        String warning(String task, Diagnostic diagnostic) {
            return "##teamcity[message text='" + value(task + ": " + diagnostic) + "' status='WARNING']\n";
        }

        private static String value(String text) {
            StringBuilder escaped = new StringBuilder();
            for (char c : CellText.visible(text).toCharArray()) {
                if (c == '|' || c == '\'' || c == '[' || c == ']') {
                    escaped.append('|').append(c);
                } else if (c >= 0x20 && c < 0x7F) {
                    escaped.append(c);
                } else {
                    escaped.append(String.format(Locale.ROOT, "|0x%04X", (int) c));
                }
            }
            return escaped.toString();
        }
    }

    /**
     * Headings, as Buildkite's page on managing log output has them: a group ends where the next begins, and there is
     * no other end.
     */
    private static final class Buildkite extends CiDialect {
        private boolean own;

        @Override
        String open(String name) {
            return heading("---", name);
        }

        @Override
        String openFailed(String name) {
            return heading("+++", name);
        }

        private String heading(String mark, String name) {
            own = false;
            return mark + ' ' + CellText.visible(name) + '\n';
        }

        @Override
        String close(String name) {
            return "";
        }

        @Override
        String openOwn() {
            boolean again = own;
            own = true;
            return again ? "" : "+++ heddle\n";
        }
    }
}
