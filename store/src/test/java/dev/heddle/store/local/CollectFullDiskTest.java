package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store on a disk without a free byte: a small file system in a mount namespace of its own, which takes root. */
@Tag("root")
class CollectFullDiskTest {

    private static final String MOUNT = "mount -t tmpfs -o size=24m none \"$1\" && shift && exec \"$@\"";

    @TempDir
    Path dir;

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void aFullDiskCanStillBeCollected() throws Exception {
        Path errors = dir.resolve("errors");
        Path disk = Files.createDirectory(dir.resolve("disk"));
        Process probe = new ProcessBuilder("unshare", "-m", "true")
                .redirectError(errors.toFile())
                .start();
        assumeTrue(probe.waitFor() == 0, "only root can mount a small file system");
        Process process = new ProcessBuilder(List.of(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        MOUNT,
                        "sh",
                        disk.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Filler.class.getName(),
                        disk.toString()))
                .redirectError(errors.toFile())
                .start();
        String told = new String(process.getInputStream().readAllBytes()).strip();
        assertThat(process.waitFor()).as("%s", Files.readString(errors)).isZero();
        assertThat(told).isEqualTo("full, collected, room again");
    }

    /** Fills the disk with paths and what is left with a file, and collects. */
    static final class Filler {

        private Filler() {}

        public static void main(String[] arguments) throws IOException {
            Path disk = Path.of(arguments[0]);
            long added = fill(disk);
            try (OutputStream out = Files.newOutputStream(disk.resolve("filler"))) {
                while (true) {
                    out.write(new byte[512]);
                }
            } catch (FileSystemException e) {
                throw e;
            } catch (IOException full) {
                System.out.print("full, ");
            }
            try (LocalStore store = LocalStore.open(disk)) {
                CollectResult result = store.collect(CollectOptions.ALL);
                System.out.print(result.paths() == added ? "collected, " : result + " instead of " + added + ", ");
            }
            System.out.print(fill(disk) > 0 ? "room again" : "no room");
        }

        private static long fill(Path disk) throws IOException {
            Random random = new Random(1);
            long added = 0;
            try (LocalStore store = LocalStore.open(disk)) {
                while (true) {
                    byte[] content = new byte[300_000];
                    random.nextBytes(content);
                    store.addText("text" + added, content, List.of());
                    added++;
                }
            } catch (IOException full) {
                return added;
            }
        }
    }
}
