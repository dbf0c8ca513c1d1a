package dev.heddle.store.local;

import static dev.heddle.store.local.DatabaseContract.STORE;
import static dev.heddle.store.local.DatabaseContract.info;
import static dev.heddle.store.local.DatabaseContract.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.Counters;
import dev.heddle.store.PathInfo;
import dev.heddle.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that is damaged, or cannot be written to the end: told in words, never trusted in silence, never a crash. */
class DatabaseDamageTest {

    private static final int PATHS = 300;
    private static final int PAGE = 4096;
    private static final long SEED = Long.getLong("heddle.seed", 61);

    @TempDir
    Path directory;

    private StoreLayout layout;
    private Path file;
    private byte[] whole;

    @BeforeEach
    void makeDatabase() throws IOException {
        layout = new StoreLayout(
                STORE, directory.resolve("store"), directory.resolve("state"), directory.resolve("logs"));
        file = layout.database().resolve("db.sqlite");
        try (StoreDatabase database = open()) {
            database.write(transaction -> {
                List<PathInfo> infos = new ArrayList<>();
                for (int i = 0; i < PATHS; i++) {
                    infos.add(i == 0 ? info(0) : info(i, i - 1, i / 2));
                }
                transaction.register(infos);
                transaction.registerOutputs(path(1), Map.of("out", path(2)));
                return null;
            });
        }
        whole = Files.readAllBytes(file);
    }

    private StoreDatabase open() throws IOException {
        return SqliteDatabase.open(layout, DatabaseSettings.NORMAL);
    }

    /** Puts a file in the database's place, as a crash or a bad disk would leave it. */
    private void put(byte[] bytes) throws IOException {
        Files.deleteIfExists(layout.database().resolve("db.sqlite-wal"));
        Files.deleteIfExists(layout.database().resolve("db.sqlite-shm"));
        Files.write(file, bytes);
    }

    /** Asks everything there is to ask, and writes; tells how many calls said that something is damaged. */
    private int use() {
        List<StoreException> told = new ArrayList<>();
        try (StoreDatabase database = open()) {
            attempt(told, () -> database.page(null, 2 * PATHS));
            for (int i = 0; i < PATHS; i += 7) {
                StorePath path = path(i);
                attempt(told, () -> database.pathInfo(path));
                attempt(told, () -> database.references(path));
                attempt(told, () -> database.referrers(path));
                attempt(told, () -> database.outputs(path));
                attempt(told, () -> database.derivers(path));
                attempt(told, () -> database.pathFromHashPart(path.hashPart()));
            }
            attempt(told, () -> {
                List<String> damage = database.damage(3);
                if (!damage.isEmpty()) {
                    throw new StoreException("it is damaged: " + damage);
                }
            });
            attempt(
                    told,
                    () -> database.write(transaction -> {
                        transaction.register(List.of(info(PATHS + 1, 5)));
                        transaction.invalidate(List.of(path(PATHS + 1)));
                        return null;
                    }));
        } catch (StoreException e) {
            told.add(e);
        } catch (IOException e) {
            throw new AssertionError("an error without words of ours", e);
        }
        return told.size();
    }

    @FunctionalInterface
    private interface Call {
        void make() throws IOException;
    }

    private static void attempt(List<StoreException> told, Call call) throws IOException {
        try {
            call.make();
        } catch (StoreException e) {
            assertThat(e.getMessage()).isNotBlank();
            told.add(e);
        }
    }

    @Test
    @Tag("D01")
    void databaseThatIsCutAtAnyPageIsToldToBeDamaged() throws IOException {
        for (int length = 0; length < whole.length; length += PAGE) {
            put(Arrays.copyOf(whole, length));
            assertThat(use()).as("cut at %d of %d", length, whole.length).isPositive();
        }
        put(whole);
        assertThat(use()).isZero();
    }

    @Test
    @Tag("D01")
    void emptyOrMissingFileWhereADatabaseWasIsNotTakenForANewOne() throws IOException {
        put(new byte[0]);
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("damaged")
                .hasMessageContaining("empty");
        Files.delete(file);
        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("missing");
        assertThat(file).doesNotExist();
    }

    @Test
    @Tag("D01")
    void flippedBitInAnyPageNeverCrashesNorThrowsAnythingUnexplained() throws IOException {
        Random random = new Random(SEED);
        int told = 0;
        int pages = whole.length / PAGE;
        for (int page = 0; page < pages; page++) {
            byte[] damaged = whole.clone();
            damaged[page * PAGE + random.nextInt(PAGE)] ^= (byte) (1 << random.nextInt(8));
            put(damaged);
            told += use() > 0 ? 1 : 0;
        }
        Counters.tell("D01", getClass(), pages + " pages with a flipped bit, " + told + " told, 0 crashes");
        assertThat(told).isPositive();
    }

    @Test
    @Tag("D01")
    void garbageHeaderIsToldToBeDamage() throws IOException {
        byte[] damaged = whole.clone();
        new Random(SEED).nextBytes(damaged);
        put(damaged);
        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("damaged");
        System.arraycopy(whole, PAGE, damaged, PAGE, whole.length - PAGE);
        put(damaged);
        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("damaged");
    }

    /** The state directory of a store that was killed while its log held {@code count} paths. */
    private Path killed(String name, int count) throws Exception {
        Path store = directory.resolve(name);
        Process victim = DatabaseProbe.start(List.of(), List.of(), "write", store.toString(), "100000");
        try (var lines = victim.inputReader()) {
            String line = lines.readLine();
            while (!line.equals("valid " + count)) {
                line = lines.readLine();
            }
            victim.destroyForcibly().waitFor();
        }
        return StoreLayout.in(store).database();
    }

    @Test
    @Tag("D01")
    void logWithoutItsIndexIsReadAfterAKill() throws Exception {
        Path db = killed("killed", 20);
        assertThat(Files.size(db.resolve("db.sqlite-wal"))).isPositive();
        Files.deleteIfExists(db.resolve("db.sqlite-shm"));
        try (StoreDatabase database =
                SqliteDatabase.open(StoreLayout.in(directory.resolve("killed")), DatabaseSettings.NORMAL)) {
            for (int i = 0; i <= 20; i++) {
                assertThat(database.pathInfo(path(i))).contains(info(i));
            }
        }
    }

    @Test
    @Tag("D01")
    void logOfAnotherDatabaseOrOfGarbageNeverCrashes() throws Exception {
        byte[] foreign = Files.readAllBytes(killed("foreign", 40).resolve("db.sqlite-wal"));
        put(whole);
        Files.write(layout.database().resolve("db.sqlite-wal"), foreign);
        use();
        new Random(SEED).nextBytes(foreign);
        put(whole);
        Files.write(layout.database().resolve("db.sqlite-wal"), foreign);
        assertThat(use()).as("a log without a valid frame is no log").isZero();
        try (StoreDatabase database = open()) {
            assertThat(database.page(null, 2 * PATHS)).hasSize(PATHS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pwrite64:error=ENOSPC", "pwrite64:error=EIO", "fsync:error=EIO"})
    @Tag("D06")
    void diskThatFailsInsideACommitLosesNothingThatWasValid(String fault) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "strace is not installed");
        Path store = directory.resolve("failing");
        StoreLayout failing = StoreLayout.in(store);
        SqliteDatabase.open(failing, DatabaseSettings.NORMAL).close();
        String call = fault.substring(0, fault.indexOf(':'));
        // Some calls succeed, then ten fail, then the disk is well again; counted in each thread.
        List<String> strace = List.of(
                "strace",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "trace=" + call,
                "-e",
                "inject=" + fault + ":when=20..29");
        List<String> lines = DatabaseProbe.lines(strace, List.of(), "write", store.toString(), "40");
        List<Integer> valid = numbers(lines, "valid ");
        List<Integer> failed = numbers(lines, "not valid ");
        assertThat(valid.size() + failed.size()).isEqualTo(40);
        assertThat(failed).as("%s", lines).isNotEmpty();
        assertThat(valid).contains(39);
        try (StoreDatabase database = SqliteDatabase.open(failing, DatabaseSettings.NORMAL)) {
            assertThat(database.page(null, 100)).isEqualTo(sorted(valid));
            assertThat(database.damage(5)).isEmpty();
        }
    }

    private static List<StorePath> sorted(List<Integer> numbers) {
        return numbers.stream().map(DatabaseContract::path).sorted().toList();
    }

    private static List<Integer> numbers(List<String> lines, String before) {
        return lines.stream()
                .filter(line -> line.startsWith(before))
                .map(line -> Integer.valueOf(line.substring(before.length()).replaceAll("[^0-9].*", "")))
                .toList();
    }

    @Test
    @Tag("D06")
    void fullDiskUndoesTheTransactionAndTheStoreStaysUsable() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/unshare"))
                        && new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0,
                "mounts need root");
        Path small = Files.createDirectory(directory.resolve("small"));
        Path kept = Files.createDirectory(directory.resolve("kept"));
        // Then a full disk, to the last byte: the database opens on what its reserve gives back.
        String script = "mount -t tmpfs -o size=10m none SMALL; \"$@\" write SMALL/store 4000;"
                + " head -c 99999999 /dev/zero >SMALL/fill 2>/dev/null || true;"
                + " \"$@\" write SMALL/store 3; cp -r SMALL/store " + kept;
        List<String> mounted = List.of("unshare", "-m", "sh", "-ec", script.replace("SMALL", small.toString()), "sh");
        List<String> lines = DatabaseProbe.lines(mounted, List.of());
        int second = lines.lastIndexOf("valid 0");
        assertThat(second)
                .as("%s", lines.subList(lines.size() - 5, lines.size()))
                .isPositive();
        assertThat(lines).endsWith("valid 0", "valid 1", "valid 2");
        lines = lines.subList(0, second);
        List<Integer> valid = numbers(lines, "valid ");
        assertThat(lines).anyMatch(line -> line.startsWith("not valid") && line.contains("disk is full"));
        assertThat(valid).isNotEmpty();
        try (StoreDatabase database =
                SqliteDatabase.open(StoreLayout.in(kept.resolve("store")), DatabaseSettings.NORMAL)) {
            assertThat(database.page(null, 1000)).isEqualTo(sorted(valid));
            assertThat(database.damage(5)).isEmpty();
        }
    }

    @Test
    @Tag("D07")
    void textThatLooksLikeSqlOrHoldsAZeroByteIsTextOrRefused() throws IOException {
        try (StoreDatabase database = open()) {
            for (String name : List.of("out\0", "a'b", "x; drop table ValidPaths", "", "n".repeat(1 << 20))) {
                assertThatThrownBy(() -> database.write(transaction -> {
                            transaction.registerOutputs(path(1), Map.of(name, path(2)));
                            return null;
                        }))
                        .as(name.length() > 30 ? "long" : name)
                        .isInstanceOf(IllegalArgumentException.class);
            }
            for (String incoming : List.of("", "a\0b", "../x", "a/b")) {
                assertThatThrownBy(() -> database.write(transaction -> {
                            transaction.beginReplacement(path(1), incoming, info(1, 0));
                            return null;
                        }))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            String odd = "'; drop table ValidPaths; --\"%_";
            database.write(transaction -> {
                transaction.beginReplacement(path(1), odd, info(1, 0));
                return null;
            });
            assertThat(database.write(StoreDatabase.Transaction::replacements))
                    .singleElement()
                    .extracting(StoreDatabase.Replacement::incoming)
                    .isEqualTo(odd);
            for (String part : List.of("%", "_", "' or 1 --", "\0", "a".repeat(1 << 20))) {
                assertThat(database.pathFromHashPart(part)).isEmpty();
            }
            assertThat(database.page(null, 2 * PATHS)).hasSize(PATHS);
            assertThat(database.outputs(path(1))).containsOnly(Map.entry("out", path(2)));
        }
        try (Stream<Path> files = Files.list(layout.database())) {
            assertThat(files).hasSize(3);
        }
    }
}
