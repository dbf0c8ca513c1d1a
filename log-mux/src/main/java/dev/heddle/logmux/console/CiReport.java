package dev.heddle.logmux.console;

import dev.heddle.core.Location;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * What failed, as the file that a CI system shows beside the log: a step summary in Markdown for GitHub, a report of code quality
 * in JSON for GitLab. Keeps the first {@value #MOST} failures.
 */
final class CiReport {

    /** Most failures that are told one by one. */
    static final int MOST = 100;

    private final List<CiDialect.Problem> problems = new ArrayList<>();
    private int failures;

    void add(CiDialect.Problem problem) {
        failures++;
        if (problems.size() < MOST) {
            problems.add(problem);
        }
    }

    /** As Markdown, in which nothing that jobs said is markup. */
    String markdown(BuildSummary summary) {
        StringBuilder text = new StringBuilder("### Heddle\n\n");
        text.append(summary.jobs()).append(summary.jobs() == 1 ? " job ran, " : " jobs ran, ");
        text.append(failures).append(" failed\n\n");
        if (!problems.isEmpty()) {
            text.append("| task | how | what |\n| --- | --- | --- |\n");
            for (CiDialect.Problem problem : problems) {
                String what =
                        problem.diagnostic() == null ? "" : problem.diagnostic().toString();
                text.append("| ").append(plain(problem.task())).append(" | ").append(plain(problem.how()));
                text.append(" | ").append(plain(what)).append(" |\n");
            }
        }
        if (failures > problems.size()) {
            text.append("\nand ").append(failures - problems.size()).append(" more\n");
        }
        if (!summary.slowest().isEmpty()) {
            text.append("\n| slowest | seconds |\n| --- | --- |\n");
            for (BuildSummary.Took took : summary.slowest()) {
                text.append("| ").append(plain(took.task())).append(" | ");
                text.append(String.format(Locale.ROOT, "%.1f", took.elapsed() / 1e9))
                        .append(" |\n");
            }
        }
        return text.append('\n').toString();
    }

    // Every sign that could mean something in Markdown or HTML is a character reference.
    private static String plain(String text) {
        StringBuilder escaped = new StringBuilder();
        CellText.visible(text).codePoints().forEach(code -> {
            if (code > 0x7F || Character.isLetterOrDigit(code) || code == ' ') {
                escaped.appendCodePoint(code);
            } else {
                escaped.append("&#").append(code).append(';');
            }
        });
        return escaped.toString();
    }

    /** As a JSON array of issues. */
    String codeQuality() {
        StringBuilder json = new StringBuilder("[");
        String separator = "\n";
        for (CiDialect.Problem problem : problems) {
            Location at = problem.location();
            String file = at == null ? "build" : at.file();
            json.append(separator).append("{\"description\":").append(string(problem.message()));
            json.append(",\"check_name\":")
                    .append(string(
                            problem.diagnostic() == null
                                    ? "task"
                                    : problem.diagnostic().matcher()));
            json.append(",\"fingerprint\":\"").append(fingerprint(problem)).append("\",\"severity\":\"critical\"");
            json.append(",\"location\":{\"path\":").append(string(file)).append(",\"lines\":{\"begin\":");
            json.append(at == null ? 1 : Math.max(1, at.line())).append("}}}");
            separator = ",\n";
        }
        return json.append("\n]\n").toString();
    }

    private static String string(String text) {
        StringBuilder escaped = new StringBuilder("\"");
        for (char c : CellText.visible(text).toCharArray()) {
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c < 0x20 || Character.isSurrogate(c)) {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.append('"').toString();
    }

    private static String fingerprint(CiDialect.Problem problem) {
        try {
            String all = problem.task() + "\n" + problem.message() + "\n" + problem.location();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("BUG: every Java has SHA-256", e);
        }
    }
}
