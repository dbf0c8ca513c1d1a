package dev.heddle.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a test that tries many faults tells how many it tried and what came of them: one line for each goal and test, in
 * {@code target/counters}. CI prints all of them, since a goal counts as met only when its counts are in the log.
 */
public final class Counters {

    private static final Path DIRECTORY = Path.of("target", "counters");

    private Counters() {}

    /**
     * Tells what came of a test; a later run replaces the line.
     *
     * @param goal {@code G1}, say
     * @param test the test class
     * @param counts {@code 100 kills, 0 lost, 0 bad, 0 left over}, say
     */
    public static void tell(String goal, Class<?> test, String counts) throws IOException {
        Files.createDirectories(DIRECTORY);
        String line = goal + ": " + counts + " (" + test.getSimpleName() + ")\n";
        Files.writeString(DIRECTORY.resolve(goal + "-" + test.getSimpleName() + ".txt"), line);
        System.out.print(line);
    }
}
