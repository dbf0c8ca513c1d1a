package dev.heddle.scheduler;

import dev.heddle.core.JobNote;
import dev.heddle.core.Outcome.FailureCause;
import dev.heddle.core.Step;
import dev.heddle.core.Suggestions;
import dev.heddle.core.Task;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command wrote into its step file: {@code docs/steps.md} of this module describes the form, a word and its argument a line.
 *
 * @param next steps to do next, in this order
 * @param skipped names of steps to leave out
 * @param facts sizes that are to be told
 */
record StepNotes(List<Step> next, List<String> skipped, List<JobNote.Fact> facts) {

    /** The variable that names the file. */
    static final String VARIABLE = "HEDDLE_STEPS";

    /** Most bytes of a file. */
    static final int MOST_BYTES = 1 << 16;

    private static final int MOST_DIGITS = 15;

    /**
     * Reads a file, of at most {@value #MOST_BYTES} bytes.
     *
     * @param running the step whose command wrote it
     * @throws StepFailure with the place, if it is not in its form
     */
    static StepNotes read(byte[] bytes, Task task, Step running) throws StepFailure {
        StepNotes notes = new StepNotes(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        int number = 0;
        for (int from = 0; from < bytes.length; ) {
            number++;
            int end = from;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            if (end == bytes.length) {
                throw wrong(number, 1, "the line has no end; write each with its newline, in one go");
            }
            notes.line(number, text(number, ByteBuffer.wrap(bytes, from, end - from)), task, running);
            from = end + 1;
        }
        return notes;
    }

    private static String text(int number, ByteBuffer line) throws StepFailure {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(line).toString();
        } catch (CharacterCodingException e) {
            throw wrong(number, 1, "not UTF-8");
        }
    }

    private void line(int number, String line, Task task, Step running) throws StepFailure {
        int blank = line.indexOf(' ');
        String word = blank < 0 ? line : line.substring(0, blank);
        String rest = blank < 0 ? "" : line.substring(blank + 1);
        int column = word.length() + 2;
        switch (word) {
            case "next" -> next.add(step(number, column, rest, task));
            case "skip" -> skipped.add(step(number, column, rest, task).name());
            case "repeat" -> {
                if (blank >= 0) {
                    throw wrong(
                            number,
                            column,
                            "'repeat' repeats the step that wrote it and takes no name; write next NAME");
                }
                next.add(running);
            }
            case "size" -> facts.add(new JobNote.Fact(BuildLogs.SIZE, sizes(number, column, rest)));
            default ->
                throw wrong(
                        number, 1, "'" + shown(word) + "' is none of: next NAME, skip NAME, repeat, size KILOBYTES");
        }
    }

    private static Step step(int number, int column, String name, Task task) throws StepFailure {
        int index = task.stepIndex(name);
        if (index < 0) {
            List<String> names = task.steps().stream().map(Step::name).toList();
            throw wrong(
                    number,
                    column,
                    "task '" + task.name() + "' has no step '" + shown(name) + "'" + Suggestions.among(names, name));
        }
        return task.steps().get(index);
    }

    private static String sizes(int number, int column, String text) throws StepFailure {
        if (!text.matches("[0-9]{1," + MOST_DIGITS + "}( [0-9]{1," + MOST_DIGITS + "})?")) {
            throw wrong(number, column, "'" + shown(text) + "' is not a number of kilobytes, or two of them");
        }
        return text;
    }

    static StepFailure wrong(int line, int column, String what) {
        return new StepFailure(new FailureCause.Rejected(VARIABLE + ":" + line + ":" + column + ": " + what));
    }

    private static String shown(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= 60 ? printable : printable.substring(0, 60) + "...";
    }
}
