package dev.heddle.samples.cli;

import dev.heddle.logmux.BuildSummary;
import dev.heddle.logmux.sink.TextRenderer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a display of plain text leaves to the launcher to tell when a build is over: of each job that failed the lines that matter.
 * Told on the thread that closes the multiplexer.
 */
final class SummaryText implements Consumer<BuildSummary> {

    private static final int MOST_CHARACTERS = 200;

    private final Map<String, List<String>> lines = new HashMap<>();

    @Override
    public void accept(BuildSummary summary) {
        for (BuildSummary.Failure failure : summary.failures()) {
            lines.computeIfAbsent(failure.job().task(), task -> new ArrayList<>())
                    .addAll(failure.lines());
        }
    }

    /** Says on standard error what matters of what a task said, behind blanks and marked so that it can pass for nobody else's. */
    void tell(String task) {
        TextRenderer renderer = new TextRenderer(System.err, TextRenderer.Form.of(false));
        try {
            for (String line : lines.getOrDefault(task, List.of())) {
                renderer.quote(beginning(line.replace('\t', ' ')));
            }
            renderer.finish();
        } catch (IOException e) {
            throw new AssertionError("BUG: standard error swallows what cannot be written", e);
        }
    }

    private static String beginning(String line) {
        boolean isLong = line.codePointCount(0, line.length()) > MOST_CHARACTERS;
        return isLong ? line.substring(0, line.offsetByCodePoints(0, MOST_CHARACTERS)) + "\u2026" : line;
    }
}
