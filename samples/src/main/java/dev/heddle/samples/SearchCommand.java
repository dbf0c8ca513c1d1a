package dev.heddle.samples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.heddle.logmux.JournalMatch;
import dev.heddle.logmux.JournalQuery;
import dev.heddle.logmux.JournalReader;
import dev.heddle.samples.cli.ExitCode;
import dev.heddle.samples.cli.Printable;
import dev.heddle.samples.cli.StandardOutput;
import dev.heddle.samples.cli.TaskOptions;
import dev.heddle.samples.cli.UserError;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heddle log search}: lines of all tasks in which something is found. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Prints lines of all tasks in which a regular expression (RE2) is found, as TASK:LINE:TEXT.",
            "A line of more than 65,536 bytes is searched in pieces of so many, and the piece is printed.",
            "Exit code 0 when some were found, 1 when none, 2 when something is wrong, as with grep."
        })
final class SearchCommand implements Callable<Integer> {

    private static final int NONE = 1;

    @Parameters(index = "0", paramLabel = "REGEX", description = "What to look for in each line.")
    private String pattern = "";

    @Parameters(index = "1", paramLabel = "FILE", arity = "0..1", description = "A recording.")
    private @Nullable String word;

    @Option(names = "-i", description = "Whatever the case of letters.")
    private boolean ignoreCase;

    @Option(names = "-c", description = "Print only how many lines were found.")
    private boolean count;

    @Option(names = "--json", description = "Print each line as a JSON object: task, component, channel, line, text.")
    private boolean json;

    @Mixin
    private TaskOptions tasks = new TaskOptions();

    @Option(names = "--failed", description = "Only tasks that failed.")
    private boolean failed;

    SearchCommand() {}

    @Override
    public Integer call() throws IOException {
        JournalQuery query = query();
        Path file = RecordingFile.named(word);
        long found;
        try (JournalReader reader = RecordingFile.open(file);
                OutputStream out = RecordingFile.standardOutput()) {
            found = reader.search(query, printer(out));
            if (count) {
                out.write((found + "\n").getBytes(StandardCharsets.UTF_8));
            }
            RecordingFile.warnOfDamage(reader, file);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (StandardOutput.Lost e) {
            throw e;
        } catch (IOException e) {
            throw RecordingFile.unreadable(file, e);
        }
        return found > 0 ? ExitCode.DONE : NONE;
    }

    private JournalQuery query() {
        try {
            JournalQuery query = JournalQuery.of(pattern).on(tasks.channels()).ofJobs(tasks.jobs());
            query = failed ? query.ofFailures() : query;
            return ignoreCase ? query.ignoringCase() : query;
        } catch (IllegalArgumentException e) {
            throw new UserError("log search", String.valueOf(e.getMessage()), null);
        }
    }

    private Consumer<JournalMatch> printer(OutputStream out) {
        if (count) {
            return match -> {};
        }
        JsonFactory factory = new JsonFactory();
        return match -> {
            try {
                if (json) {
                    object(match, factory, out);
                } else {
                    String line = match.job().task() + ":" + match.line() + ":" + match.text();
                    out.write((Printable.line(line).replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static void object(JournalMatch match, JsonFactory factory, OutputStream out) throws IOException {
        try (JsonGenerator to = factory.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            to.writeStartObject();
            to.writeStringField("task", match.job().task());
            String component = match.job().component();
            if (component != null) {
                to.writeStringField("component", component);
            }
            to.writeStringField("channel", match.channel().name().toLowerCase(Locale.ROOT));
            to.writeNumberField("line", match.line());
            to.writeStringField("text", match.text());
            to.writeEndObject();
            to.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        }
        out.write('\n');
    }
}
