package dev.heddle.bench;

import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarWriter;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Does what {@code compare nar} asks for, in one virtual machine that is warm after the first round.
 *
 * <p>A request is a line, {@code dump PATH} or {@code hash PATH}; the answer is one line: {@code dumped}
 * when all has gone to {@code /dev/null}, or the digest in base 16. Ends with its standard input.
 */
final class NarWorker {

    private NarWorker() {}

    /** Answers requests. */
    public static void main(String[] args) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        OutputStream answers = new FileOutputStream(FileDescriptor.out);
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            int space = line.indexOf(' ');
            Path tree = Path.of(line.substring(space + 1));
            String answer =
                    line.startsWith("hash ") ? NarHash.ofTree(tree).digest().base16() : dump(tree);
            answers.write((answer + "\n").getBytes(StandardCharsets.UTF_8));
            answers.flush();
        }
    }

    private static String dump(Path tree) throws IOException {
        try (OutputStream out = Files.newOutputStream(Path.of("/dev/null"))) {
            NarWriter.dump(tree, out);
        }
        return "dumped";
    }
}
