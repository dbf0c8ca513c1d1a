package dev.heddle.bench;

import dev.heddle.core.Channel;
import dev.heddle.core.Command;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.logmux.GroupingStrategy;
import dev.heddle.logmux.OutputMultiplexer;
import dev.heddle.logmux.OutputSource;
import dev.heddle.logmux.sink.Sinks;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Does what {@code compare output-200mb} asks for, in one virtual machine that is warm after the first round.
 *
 * <p>A request is a line of a word and two paths, without blanks: the file that a job prints, and where the journal goes.
 * {@code journal} has a job inside this process print it into the journal; {@code line} lets {@code cat} print it into the
 * journal and cuts it into lines for a text log, which gets the name of the journal and {@code .txt}. The answer is the number
 * of bytes that the journal has, and behind a blank that of the text log, or 0. Ends with its standard input.
 */
final class MuxWorker {

    private static final int PIECE = 64 * 1024;

    private MuxWorker() {}

    /** Answers requests. */
    public static void main(String[] args) throws IOException, InterruptedException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        OutputStream answers = new FileOutputStream(FileDescriptor.out);
        try (ProcessRunner runner = ProcessRunner.builder().build()) {
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                String[] words = line.split(" ", 3);
                Path from = Path.of(words[1]);
                Path journal = Path.of(words[2]);
                long text = words[0].equals("line") ? lines(from, journal, runner) : journal(from, journal);
                answers.write((Files.size(journal) + " " + text + "\n").getBytes(StandardCharsets.UTF_8));
                answers.flush();
            }
        }
    }

    private static long journal(Path from, Path journal) throws IOException {
        try (OutputMultiplexer mux =
                        OutputMultiplexer.builder().journal(journal).build();
                OutputSource source = mux.open("job", null);
                InputStream in = Files.newInputStream(from)) {
            byte[] piece = new byte[PIECE];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                source.write(Channel.STDOUT, piece, 0, count);
            }
            source.finish(0);
        }
        return 0;
    }

    private static long lines(Path from, Path journal, ProcessRunner runner) throws IOException, InterruptedException {
        Path text = journal.resolveSibling(journal.getFileName() + ".txt");
        try (OutputMultiplexer mux = OutputMultiplexer.builder()
                        .strategy(GroupingStrategy.line())
                        .journal(journal)
                        .to(Sinks.text(text))
                        .build();
                OutputSource source = mux.open("job", null)) {
            source.run(Command.of("cat", from.toString()), runner);
        }
        return Files.size(text);
    }
}
