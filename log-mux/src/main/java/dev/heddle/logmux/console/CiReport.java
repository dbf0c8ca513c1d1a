package dev.heddle.logmux.console;

import dev.heddle.core.Location;
import dev.heddle.core.json.JsonString;
import dev.heddle.logmux.BuildSummary;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * A summary as the file that a CI system shows beside the log: a step summary in Markdown for GitHub, a report of code quality in
 * JSON for GitLab.
 */
record CiReport(BuildSummary summary) {

    /** Characters of Markdown behind which no further failure is told; GitHub takes no summary of more than 1 MiB. */
    static final int MOST_MARKDOWN = 256 * 1024;

    private static final int LINE_CELLS = 200;

    /** As Markdown, in which nothing that jobs said is markup. */
    String markdown() {
        StringBuilder text = new StringBuilder("### Heddle\n\n");
        text.append(summary.counts());
        String found = summary.diagnostics().toString();
        text.append(found.isEmpty() ? "" : "; " + found).append("\n\n");
        failures(text);
        if (!summary.slowest().isEmpty()) {
            text.append("\n| slowest | seconds |\n| --- | --- |\n");
            for (BuildSummary.Took took : summary.slowest()) {
                text.append("| ").append(plain(took.job().task())).append(" | ");
                text.append(String.format(Locale.ROOT, "%.1f", took.elapsed().toNanos() / 1e9))
                        .append(" |\n");
            }
        }
        if (!summary.kept().isEmpty()) {
            text.append("\nrecorded in");
            summary.kept().forEach(file -> text.append(' ').append(plain(file.toString())));
            text.append('\n');
        }
        return text.append('\n').toString();
    }

    private void failures(StringBuilder text) {
        int told = 0;
        for (BuildSummary.Failure failure : summary.failures()) {
            if (text.length() > MOST_MARKDOWN) {
                break;
            }
            text.append(told == 0 ? "| failed | how | what |\n| --- | --- | --- |\n" : "");
            told++;
            text.append("| ").append(plain(failure.job().task()));
            text.append(" | ").append(plain(failure.ending().describe())).append(" | ");
            StringJoiner lines = new StringJoiner("<br>");
            failure.lines().forEach(line -> lines.add(plain(CellText.start(line, LINE_CELLS))));
            text.append(lines).append(" |\n");
        }
        if (summary.failed() > told) {
            text.append("\nand ").append(summary.failed() - told).append(" more failed\n");
        }
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
        for (BuildSummary.Failure failure : summary.failures()) {
            CiDialect.Problem problem = CiDialect.Problem.of(failure);
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
        return JsonString.quoted(CellText.visible(text));
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
