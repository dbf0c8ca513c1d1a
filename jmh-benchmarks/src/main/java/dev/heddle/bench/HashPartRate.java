package dev.heddle.bench;

import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreLayout;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * What does it cost to find a path by its hash part, among a thousand paths and among a million? The store's answer is held
 * against the same question as one prepared statement on a connection of its own to the same file, in the same virtual machine.
 *
 * <p>Each round asks both for the same hash parts, in an order that changes from round to round; the first rounds warm both up
 * and do not count. Printed are the medians of the rounds, in processor time a question, and the median of their ratios; the target is a ratio of at most
 * {@value #TARGET}, whatever the number of paths. Ends with 1 if it is missed.
 */
public final class HashPartRate {

    private static final double TARGET = 1.2;
    private static final int WARM_ROUNDS = 5;
    private static final int QUESTIONS = 20_000;
    private static final String STORE = "/nix/store";
    private static final long SEED = 5;

    private HashPartRate() {}

    /**
     * Measures and prints.
     *
     * @param args how many rounds count (15), and how many paths there are, one or more times (1000 1000000)
     */
    public static void main(String[] args) throws IOException, SQLException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        int[] sizes = args.length > 1
                ? Arrays.stream(args).skip(1).mapToInt(Integer::parseInt).toArray()
                : new int[] {1_000, 1_000_000};
        boolean reached = true;
        System.out.printf("%12s %16s %16s %8s%n", "paths", "store", "SQL alone", "ratio");
        for (int paths : sizes) {
            Path directory = Files.createTempDirectory("heddle-hash-part-rate");
            try {
                reached &= measure(directory, paths, rounds);
            } finally {
                delete(directory);
            }
        }
        System.out.printf(Locale.ROOT, "target: ratio at most %.1f: %s%n", TARGET, reached ? "reached" : "MISSED");
        System.exit(reached ? 0 : 1);
    }

    private static boolean measure(Path directory, int paths, int rounds) throws IOException, SQLException {
        StoreLayout layout = StoreLayout.below(directory);
        try (LocalStore store = LocalStore.builder(layout).open();
                Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("nix/var/nix/db/db.sqlite"))) {
            fill(connection, paths);
            double[] ours = new double[rounds];
            double[] theirs = new double[rounds];
            double[] ratios = new double[rounds];
            for (int round = -WARM_ROUNDS; round < rounds; round++) {
                String[] parts = parts(paths, round);
                boolean first = round % 2 == 0;
                double before = first ? store(store, parts) : sql(connection, parts);
                double after = first ? sql(connection, parts) : store(store, parts);
                if (round >= 0) {
                    ours[round] = first ? before : after;
                    theirs[round] = first ? after : before;
                    ratios[round] = ours[round] / theirs[round];
                }
            }
            double ratio = median(ratios);
            System.out.printf(
                    Locale.ROOT, "%12d %13.2f us %13.2f us %8.3f%n", paths, median(ours), median(theirs), ratio);
            return ratio <= TARGET;
        }
    }

    private static StorePath path(int number) {
        Digest digest = Digest.ofContent(
                Digest.Algorithm.SHA256, Integer.toString(number).getBytes(StandardCharsets.US_ASCII));
        return StorePath.of("source", digest, STORE, "path-" + number);
    }

    private static String[] parts(int paths, int round) {
        Random random = new Random(SEED + round);
        return random.ints(QUESTIONS, 0, paths)
                .mapToObj(number -> path(number).hashPart())
                .toArray(String[]::new);
    }

    /** Makes paths valid that have no files: only the database is asked here. */
    private static void fill(Connection connection, int paths) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into ValidPaths (path, hash, registrationTime, narSize) values (?, ?, 1, 120)")) {
            String hash = "sha256:" + "0".repeat(64);
            for (int i = 0; i < paths; i++) {
                insert.setString(1, path(i).toString());
                insert.setString(2, hash);
                insert.executeUpdate();
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** Processor time of this thread, which does all the work: other programs of the machine do not count. */
    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Microseconds for each question. */
    private static double store(LocalStore store, String[] parts) throws IOException {
        long start = processorNanos();
        for (String part : parts) {
            if (!store.queryPathFromHashPart(part).orElseThrow().hashPart().equals(part)) {
                throw new IllegalStateException("another path was found for " + part);
            }
        }
        return (processorNanos() - start) / 1_000.0 / parts.length;
    }

    private static double sql(Connection connection, String[] parts) throws SQLException {
        long start = processorNanos();
        try (PreparedStatement statement =
                connection.prepareStatement("select path from ValidPaths where path >= ? limit 1")) {
            for (String part : parts) {
                statement.setString(1, STORE + "/" + part);
                try (ResultSet rows = statement.executeQuery()) {
                    if (!rows.next() || !rows.getString(1).startsWith(part, STORE.length() + 1)) {
                        throw new IllegalStateException("another path was found for " + part);
                    }
                }
            }
        }
        return (processorNanos() - start) / 1_000.0 / parts.length;
    }

    private static double median(double[] all) {
        double[] sorted = all.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
