package dev.heddle.store.nar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.store.disk.RawName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NarListingTest {

    /** What Nix 2.8.0 wrote for the archive below, with a name of one byte that is not UTF-8. */
    private static final byte[] LISTING = ("{\"version\":1,\"root\":{\"type\":\"directory\",\"entries\":{"
                    + "\"a\":{\"type\":\"regular\",\"size\":6,\"narOffset\":232},"
                    + "\"empty\":{\"type\":\"directory\",\"entries\":{}},"
                    + "\"l\":{\"type\":\"symlink\",\"target\":\"a\"},"
                    + "\"sub\":{\"type\":\"directory\",\"entries\":{"
                    + "\"x\\n\\u0001\":{\"type\":\"regular\",\"size\":10,\"executable\":true,\"narOffset\":952},"
                    + "\"\u00ff\":{\"type\":\"regular\",\"size\":1,\"narOffset\":1152}}}}}}")
            .getBytes(StandardCharsets.ISO_8859_1);

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NarWriter writer = new NarWriter(out, NarLimits.DEFAULT);
        writer.directory(RawName.EMPTY);
        file(writer, RawName.of("a"), false, "hello\n");
        writer.directory(RawName.of("empty"));
        writer.endDirectory();
        writer.symlink(RawName.of("l"), RawName.of("a"));
        writer.directory(RawName.of("sub"));
        file(writer, RawName.of("x\n\u0001"), true, "#!/bin/sh\n");
        file(writer, RawName.of(new byte[] {(byte) 0xff}), false, "x");
        writer.endDirectory();
        writer.endDirectory();
        writer.finish();
        return out.toByteArray();
    }

    private static void file(NarWriter writer, RawName name, boolean executable, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        writer.file(name, executable, bytes.length, Channels.newChannel(new ByteArrayInputStream(bytes)));
    }

    private static NarListing listing() throws IOException {
        return NarListing.of(NarReader.of(new ByteArrayInputStream(archive()), NarLimits.DEFAULT));
    }

    @Test
    void theListingOfAnArchiveIsThatOfNixByteForByte() throws IOException {
        assertThat(new String(listing().write(), StandardCharsets.ISO_8859_1))
                .isEqualTo(new String(LISTING, StandardCharsets.ISO_8859_1));
    }

    @Test
    void itsOffsetsLeadToTheContent() throws IOException {
        NarListing.Directory root = (NarListing.Directory) listing().root();
        NarListing.File file = (NarListing.File) root.entries().get(RawName.of("a"));
        assertThat(Arrays.copyOfRange(archive(), (int) file.offset(), (int) (file.offset() + file.size())))
                .asString()
                .isEqualTo("hello\n");
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        assertThat(NarListing.read(LISTING, "x.ls")).isEqualTo(listing());
        for (byte[] archive : Corpus.good().values()) {
            NarListing listing = NarListing.of(NarReader.of(new ByteArrayInputStream(archive), NarLimits.DEFAULT));
            assertThat(NarListing.read(listing.write(), "x.ls")).isEqualTo(listing);
        }
    }

    @Test
    void fieldsMayComeInAnyOrderAndUnknownOnesArePassedOver() throws IOException {
        String text = "{\"x\":[{\"y\":[1,{}]}],\"root\":{\"narOffset\":96,\"new\":{\"a\":[]},\"size\":3,"
                + "\"type\":\"regular\"},\"version\":1}";
        assertThat(NarListing.read(text.getBytes(StandardCharsets.UTF_8), "x.ls")
                        .root())
                .isEqualTo(new NarListing.File(3, false, 96));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"version\":2,\"root\":{\"type\":\"symlink\",\"target\":\"x\"}}|1:12|from 1 to 1",
                "{\"root\":{\"type\":\"symlink\",\"target\":\"x\"}}|1:40|version",
                "{\"version\":1}|1:13|root",
                "{\"version\":1,\"root\":{\"type\":\"fifo\"}}|1:35|regular, symlink, directory",
                "{\"version\":1,\"root\":{\"type\":\"regular\"}}|1:38|size",
                "{\"version\":1,\"root\":{\"type\":\"regular\",\"size\":-1}}|1:46|from 0",
                "{\"version\":1,\"root\":{\"type\":\"directory\",\"entries\":{\"..\":{}}}}|1:52|cannot be the name",
                "{\"version\":1,\"root\":{\"type\":\"directory\",\"entries\":{\"a/b\":{}}}}|1:52|cannot be the name",
                "{\"version\":1,\"version\":1}|1:14|version",
                "[]|1:1|object"
            })
    void whatIsWrongIsToldWithItsPlace(String text, String place, String word) {
        assertThatThrownBy(() -> NarListing.read(text.getBytes(StandardCharsets.UTF_8), "x.ls"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("x.ls:" + place)
                .hasMessageContaining(word);
    }

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < LISTING.length; length++) {
            byte[] cut = Arrays.copyOf(LISTING, length);
            assertThatThrownBy(() -> NarListing.read(cut, "x.ls"))
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("x.ls:1:");
        }
    }

    @Test
    void mutationsAreReadOrRefusedButNothingElseHappens() throws IOException {
        Random random = new Random(31);
        for (int i = 0; i < 10_000; i++) {
            byte[] mutated = LISTING.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            NarListing read;
            try {
                read = NarListing.read(mutated, "x.ls");
            } catch (IOException refused) {
                assertThat(refused).hasMessageStartingWith("x.ls:");
                continue;
            }
            assertThat(NarListing.read(read.write(), "x.ls")).isEqualTo(read);
        }
    }

    @Test
    void directoriesDeeperThanAnArchiveCanHaveAreRefused() {
        String deep = "{\"version\":1,\"root\":" + "{\"type\":\"directory\",\"entries\":{\"d\":".repeat(65)
                + "{\"type\":\"symlink\",\"target\":\"x\"}" + "}}".repeat(65) + "}";
        assertThatThrownBy(() -> NarListing.read(deep.getBytes(StandardCharsets.UTF_8), "x.ls"))
                .isInstanceOf(IOException.class);
    }
}
