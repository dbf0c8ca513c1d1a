package dev.heddle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.store.nar.NarEntry;
import dev.heddle.store.nar.NarLimits;
import dev.heddle.store.nar.NarReader;
import dev.heddle.store.nar.NarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExportTest {

    private static List<byte[]> exports() {
        return Vectors.of("export").stream()
                .map(vector -> HexFormat.of().parseHex(vector[1]))
                .toList();
    }

    private static List<PathInfo> read(byte[] export) throws IOException {
        ExportReader reader = new ExportReader(new ByteArrayInputStream(export), NarLimits.DEFAULT);
        List<PathInfo> paths = new ArrayList<>();
        for (Optional<PathInfo> info = reader.next(nar -> {}); info.isPresent(); info = reader.next(nar -> {})) {
            paths.add(info.get());
        }
        assertThat(reader.next(nar -> {})).isEmpty();
        return paths;
    }

    @Test
    void whatNixExportsIsRead() throws IOException {
        for (String[] vector : Vectors.of("export")) {
            assertThat(read(HexFormat.of().parseHex(vector[1])))
                    .extracting(info -> info.path().toString())
                    .containsExactly(vector[0].split(","));
        }
    }

    @Test
    void whatIsWrittenIsWhatNixWrites() throws IOException {
        for (byte[] export : exports()) {
            ByteArrayOutputStream again = new ByteArrayOutputStream();
            ExportWriter writer = new ExportWriter(again);
            ExportReader reader = new ExportReader(new ByteArrayInputStream(export), NarLimits.DEFAULT);
            ByteArrayOutputStream archive = new ByteArrayOutputStream();
            for (Optional<PathInfo> info = reader.next(nar -> copy(nar, archive));
                    info.isPresent();
                    info = reader.next(nar -> copy(nar, archive))) {
                writer.write(info.get(), archive::writeTo);
                archive.reset();
            }
            writer.finish();
            assertThat(again.toByteArray()).isEqualTo(export);
        }
    }

    /** Writes an archive of one file again. */
    private static void copy(NarReader nar, ByteArrayOutputStream archive) throws IOException {
        NarWriter writer = new NarWriter(archive, NarLimits.DEFAULT);
        NarEntry.File file = (NarEntry.File) Objects.requireNonNull(nar.next());
        byte[] content = new byte[(int) file.size()];
        for (int have = 0; have < content.length; ) {
            have += nar.read(content, have, content.length - have);
        }
        writer.file(
                file.name(), file.executable(), file.size(), Channels.newChannel(new ByteArrayInputStream(content)));
        writer.finish();
    }

    @Test
    void contentThatHasChangedIsNotExportedAsIfItHadNot() throws IOException {
        PathInfo info = read(exports().get(0)).get(0);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> new ExportWriter(new ByteArrayOutputStream()).write(info, out -> out.write(1)))
                .withMessageContaining(info.path().toString())
                .withMessageContaining("has changed");
    }

    @Test
    void everyTruncationIsRefused() {
        for (byte[] export : exports()) {
            for (int length = 0; length < export.length; length++) {
                byte[] cut = Arrays.copyOf(export, length);
                assertThatThrownBy(() -> read(cut)).as("%d bytes", length).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void mutationsAreReadOrRefusedButNothingElseHappens() {
        Random random = new Random(29);
        byte[] export = exports().get(1);
        for (int i = 0; i < 10_000; i++) {
            byte[] mutated = export.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                mutated[random.nextInt(mutated.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0xff);
            }
            try {
                assertThat(read(mutated)).hasSizeLessThanOrEqualTo(2);
            } catch (IOException refused) {
                assertThat(refused).hasMessageContaining("offset");
            }
        }
    }
}
