package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.store.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Collections of very many paths by a process with little memory. {@code -Dheddle.gc.paths=1000000} tries a million, which
 * takes minutes.
 */
class CollectManyTest {

    private static final int PATHS = Integer.getInteger("heddle.gc.paths", 10_000);
    /** What a process needs that has nothing to collect. */
    private static final long IDLE_MEGABYTES = 24;
    /** 12 more than documented: what is read at once, and what waits to be thrown away. */
    private static final long BYTES_OF_PATH = 100;

    @TempDir
    Path dir;

    @Test
    @Tag("T20")
    void aCollectionNeedsLittleMemoryForEachPath() throws Exception {
        ManyPaths.register(StoreLayout.in(dir), PATHS);
        long megabytes = IDLE_MEGABYTES + BYTES_OF_PATH * PATHS / 1_000_000;
        Path errors = dir.resolve("errors");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx" + megabytes + "m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dheddle.gc.paths=" + PATHS,
                        Collector.class.getName(),
                        dir.toString())
                .redirectError(errors.toFile())
                .start();
        String told = new String(process.getInputStream().readAllBytes()).strip();
        assertThat(process.waitFor()).as("%s", Files.readString(errors)).isZero();
        // The chain from the last path to the first one is alive.
        int live = 32 - Integer.numberOfLeadingZeros(PATHS - 1) + 1;
        assertThat(told).isEqualTo((PATHS - live) + " listed, " + (PATHS - live) + " deleted, " + live + " left");
        Counters.tell("T20", getClass(), told + ", heap of " + megabytes + " MB");
    }

    /** The process that collects. */
    static final class Collector {

        private Collector() {}

        public static void main(String[] arguments) throws IOException {
            Path directory = Path.of(arguments[0]);
            try (LocalStore store = LocalStore.open(directory)) {
                store.addPermanentRoot("last", ManyPaths.path(store.storeDirectory(), PATHS - 1));
            }
            try (LocalStore store = LocalStore.open(directory)) {
                long listed = store.collect(CollectOptions.ALL.withAction(CollectOptions.Action.LIST_DEAD))
                        .paths();
                long deleted = store.collect(CollectOptions.ALL).paths();
                int left = store.database().page(null, PATHS).size();
                System.out.println(listed + " listed, " + deleted + " deleted, " + left + " left");
            }
        }
    }
}
