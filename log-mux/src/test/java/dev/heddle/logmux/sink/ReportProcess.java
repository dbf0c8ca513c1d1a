package dev.heddle.logmux.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.Journal;
import dev.heddle.logmux.JournalReplay;
import dev.heddle.logmux.LineRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A process of its own, with a small heap, that makes a report of a journal. */
final class ReportProcess {

    private ReportProcess() {}

    /** Makes a report in a heap of 64 MiB and waits until it is there. */
    static void write(Path journal, Path page, String strategy) throws Exception {
        write(journal, page, strategy, 64);
    }

    /** Makes a report in a heap of some mebibytes and waits until it is there. */
    static void write(Path journal, Path page, String strategy, int mebibytes) throws Exception {
        Path words = page.resolveSibling(page.getFileName() + ".words");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + mebibytes + "m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReportProcess.class.getName(),
                        journal.toString(),
                        page.toString(),
                        strategy)
                .redirectErrorStream(true)
                .redirectOutput(words.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as("the report is made in time")
                    .isTrue();
            assertThat(process.exitValue()).as(Files.readString(words)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Takes a journal, a page and a strategy. */
    public static void main(String[] arguments) throws Exception {
        try (JournalReplay replay = Journal.openReplay(Path.of(arguments[0]))) {
            replay.replay(GroupingStrategy.byName(arguments[2]), Sinks.html(Path.of(arguments[1])), LineRules.common());
        }
    }
}
