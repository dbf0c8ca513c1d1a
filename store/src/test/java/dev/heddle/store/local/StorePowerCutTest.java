package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.Counters;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import dev.heddle.store.disk.SimulatedDisk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The power is cut after each call that a store makes to its disk, and several times with other luck: what was told to be valid
 * is there with its content, and whatever is valid is right.
 */
@Tag("T15")
class StorePowerCutTest {

    /** How often the power is cut after each call. */
    private static final int CUTS = Integer.getInteger("heddle.store.cutsPerCall", 5);

    private static final StoreLayout LAYOUT = StoreLayout.in(Path.of("/heddle"));

    private final Random random = new Random(Long.getLong("heddle.seed", 11));
    private final List<StorePath> told = new CopyOnWriteArrayList<>();
    private long cuts;
    private long leftovers;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void write(Folder folder, String name, int mode, int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        try (WritableByteChannel out = folder.create(RawName.of(name), mode)) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                out.write(left);
            }
        }
    }

    private static SimulatedDisk diskWithSources() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        try (Folder source = disk.openOrCreate(Path.of("/source/small"));
                Folder sub = source.createFolder(RawName.of("sub"));
                Folder large = disk.openOrCreate(Path.of("/source/large"))) {
            write(source, "file", 0644, 10_000);
            write(sub, "program", 0755, 10);
            source.createLink(RawName.of("link"), RawName.of("sub/program"));
            for (int i = 0; i < 12; i++) {
                write(large, "file" + i, 0644, 100 * i);
            }
            disk.sync(source);
        }
        return disk;
    }

    private static byte[] export() throws IOException {
        try (LocalStore store = ModelStores.open(LAYOUT, new SimulatedDisk(), 1)) {
            StorePath first = store.addText("imported", bytes("one"), List.of());
            StorePath second = store.addText("importing", bytes(first.toString()), List.of(first));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.exportPaths(List.of(first, second), out);
            return out.toByteArray();
        }
    }

    private void work(SimulatedDisk disk, byte[] export) throws IOException {
        try (LocalStore store = ModelStores.open(LAYOUT, disk, 2)) {
            told.add(store.addText("text", bytes("text"), List.of()));
            told.add(store.addTree("small", Path.of("/source/small")));
            told.add(store.addTree("large", Path.of("/source/large")));
            told.add(store.addFile("file", Path.of("/source/small/file")));
            try (AddBatch batch = store.batch()) {
                List<StorePath> both = new ArrayList<>();
                both.add(batch.addText("first", bytes("1"), List.of()));
                both.add(batch.addText("second", bytes("2"), both));
                batch.commit();
                told.addAll(both);
            }
            told.addAll(store.importPaths(new ByteArrayInputStream(export)));
            for (int i = 0; i < 5; i++) {
                told.add(store.addText("more" + i, bytes("more" + i), List.copyOf(told)));
            }
        }
    }

    @Test
    void whatWasToldValidIsThereAfterAPowerCutAtAnyCall() throws IOException {
        byte[] export = export();
        SimulatedDisk disk = diskWithSources();
        disk.afterEachCall(call -> {
            for (int i = 0; i < CUTS; i++) {
                List<StorePath> known = List.copyOf(told);
                SimulatedDisk image = disk.crashed(random);
                try {
                    check(image, known);
                } catch (IOException e) {
                    throw new UncheckedIOException("cut after " + call + ", told " + known, e);
                }
                cuts++;
            }
        });
        work(disk, export);
        assertThat(told).hasSize(13);
        assertThat(cuts).isGreaterThan(CUTS * 100L);
        Counters.tell(
                "G3",
                StorePowerCutTest.class,
                cuts + " simulated power cuts, 0 paths lost, 0 wrong, " + leftovers
                        + " names left that were not valid");
    }

    private void check(SimulatedDisk image, List<StorePath> known) throws IOException {
        try (LocalStore store = ModelStores.open(LAYOUT, image, 3);
                Folder staging = image.open(LAYOUT.staging());
                Folder names = image.open(LAYOUT.real())) {
            assertThat(store.queryValid(known)).containsAll(known);
            List<StorePath> valid = store.database().page(null, 100);
            for (StorePath path : valid) {
                store.dump(path, OutputStream.nullOutputStream());
            }
            assertThat(staging.names(10)).isEmpty();
            leftovers += names.names(100).size() - valid.size();
        }
    }
}
