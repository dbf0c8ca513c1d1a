package dev.heddle.store.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.nar.NarHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tree that somebody writes to while it is added. */
@Timeout(60)
final class ChangingSourceTest {

    private static final int ADDITIONS = 40;
    private static final int BYTES = 200_000;

    @TempDir
    Path directory;

    @Test
    @Tag("C08")
    @Tag("T10")
    void whatIsKeptIsWhatWasHashedHoweverTheSourceChanges() throws Exception {
        Path source = Files.createDirectories(directory.resolve("source"));
        write(source, 0);
        AtomicBoolean ended = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<Void> writer = thread.submit(() -> {
            for (int i = 0; !ended.get(); i++) {
                write(source, i);
            }
            return null;
        });
        try (LocalStore store = LocalStore.open(directory.resolve("s"))) {
            for (int i = 0; i < ADDITIONS; i++) {
                StorePath path = store.addTree("changing", source);
                PathInfo info = store.queryPathInfo(path).orElseThrow();
                assertThat(NarHash.ofTree(store.layout().real(path)))
                        .isEqualTo(new NarHash(info.narHash(), info.narSize()));
                assertThat(info.claimedPath()).contains(path);
            }
        } finally {
            ended.set(true);
            thread.shutdown();
            writer.get();
        }
    }

    private static void write(Path source, int round) throws IOException {
        byte[] bytes = new byte[BYTES];
        Arrays.fill(bytes, (byte) round);
        // Written over, not replaced, and always as long as before: only the bytes change under the reader.
        Files.write(source.resolve("data"), bytes, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
}
