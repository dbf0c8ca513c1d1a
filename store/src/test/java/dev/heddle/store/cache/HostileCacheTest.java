package dev.heddle.store.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.SamplePath;
import dev.heddle.store.SecretKey;
import dev.heddle.store.StoreException;
import dev.heddle.store.TrustedKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A cache that was written by somebody who means harm. */
class HostileCacheTest {

    private final Random random = new Random(21);

    @TempDir
    Path dir;

    private SamplePath good;
    private BinaryCache cache;
    private Path narInfo;
    private Path nar;
    private String text;

    @BeforeEach
    void fill() throws IOException {
        good = SamplePath.ofFile("good", dir, random, 3_000).built("good");
        open(Compression.XZ);
    }

    private void open(Compression compression) throws IOException {
        Path place = dir.resolve("cache-" + compression);
        cache = BinaryCache.builder(place, SamplePath.STORE)
                .compression(compression)
                .create()
                .open();
        cache.add(good.info(), good.in());
        narInfo = place.resolve(good.path().hashPart() + ".narinfo");
        text = Files.readString(narInfo);
        nar = place.resolve(cache.narInfo(good.path()).orElseThrow().url());
    }

    @AfterEach
    void close() throws IOException {
        cache.close();
    }

    private void replace(String pattern, String replacement) throws IOException {
        String changed = text.replaceFirst(pattern, replacement);
        assertThat(changed).isNotEqualTo(text);
        Files.writeString(narInfo, changed);
    }

    private void refused(String word) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> cache.queryPathInfo(good.path()))
                .withMessageContaining(narInfo.getFileName().toString())
                .withMessageContaining(word);
        dumpRefused(word);
    }

    private void dumpRefused(String word) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> cache.dump(good.path(), out))
                .withMessageContaining(word);
        assertThat(out.size()).isLessThanOrEqualTo(good.nar().length);
    }

    @ParameterizedTest
    @Tag("C01")
    @CsvSource(
            delimiter = '|',
            value = {
                "NarSize: .*|NarSize: -5|digits",
                "NarSize: (.*)|NarSize: $1<LF>NarSize: $1|twice",
                "URL: (.*)|URL: $1<LF>URL: x|twice",
                "FileSize: (.*)|FileSize: $1<CR>|digits",
                "Compression: xz|Compression: zip|unknown compression",
                "Compression: xz|Compression: br|is not supported",
                "StorePath: /nix/store/|StorePath: /nix/other/|another store",
                "StorePath: /nix/store/.{32}|StorePath: /nix/store/00000000000000000000000000000000|of another path",
                "StorePath: (.*)|StorePath: $1-evil|of another path",
                "References: |References: <NUL>|base-32"
            })
    void aNarInfoThatIsNotRightIsRefused(String pattern, String replacement, String word) throws IOException {
        replace(pattern, replacement.replace("<LF>", "\n").replace("<CR>", "\r").replace("<NUL>", "\0"));
        refused(word);
    }

    @Test
    @Tag("C01")
    void aNarInfoOfAHundredMebibytesIsNotRead() throws IOException {
        try (RandomAccessFile large = new RandomAccessFile(narInfo.toFile(), "rw")) {
            large.setLength(100 << 20);
        }
        refused("longer than " + NarInfo.MAX_BYTES);
    }

    @ParameterizedTest
    @Tag("C09")
    @ValueSource(strings = {"", "<!DOCTYPE html>\n<title>Log in</title>\n", "\u0000\u0000\u0000\u0000", "Not found"})
    void aPageThatIsNoNarInfoIsRefused(String page) throws IOException {
        Files.writeString(narInfo, page);
        refused("narinfo line");
    }

    @Test
    @Tag("C02")
    void moreSignaturesThanAnyPathHasAreRefused() throws IOException {
        String signature =
                SecretKey.generate("k", new SecureRandom()).sign(good.info()).toString();
        Files.writeString(narInfo, text + ("Sig: " + signature + "\n").repeat(NarInfo.MAX_SIGNATURES));
        assertThat(cache.queryPathInfo(good.path()).orElseThrow().signatures()).hasSize(1);
        Files.writeString(narInfo, text + ("Sig: " + signature + "\n").repeat(NarInfo.MAX_SIGNATURES + 1));
        refused("more than 100 signatures");
    }

    @ParameterizedTest
    @Tag("C02")
    @ValueSource(strings = {"", "x", "k:AAAA", "k:k:AAAA", ":AAAA", "k:%"})
    void aSignatureThatIsNoneIsRefused(String signature) throws IOException {
        Files.writeString(narInfo, text + "Sig: " + signature + "\n");
        refused("narinfo line");
    }

    @ParameterizedTest
    @Tag("C05")
    @ValueSource(
            strings = {
                "http://127.0.0.1/x.nar.xz",
                "file:///etc/passwd",
                "/etc/passwd",
                "../../etc/passwd",
                "nar/../../secret",
                "nar/..",
                "./nar/x",
                "//host/x",
                "nar//x",
                "nar/",
                "nar\\\\..\\\\secret",
                "nar/x?y",
                "nar/x#y",
                "nar/%2e%2e/secret"
            })
    void anArchiveElsewhereIsNotRead(String url) throws IOException {
        replace("URL: .*", "URL: " + url);
        refused("URL must be a relative name below the cache");
    }

    @Test
    @Tag("C05")
    void aLinkThatLeadsOutOfTheCacheIsNotFollowed() throws IOException {
        Path secret = Files.write(dir.resolve("secret"), Files.readAllBytes(nar));
        Files.delete(nar);
        Files.createSymbolicLink(nar, secret);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> cache.dump(good.path(), OutputStream.nullOutputStream()));
        Files.delete(nar);
        Path folder = Files.createDirectory(dir.resolve("elsewhere"));
        Files.copy(secret, folder.resolve(nar.getFileName()));
        Files.delete(nar.getParent());
        Files.createSymbolicLink(nar.getParent(), folder);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> cache.dump(good.path(), OutputStream.nullOutputStream()));
    }

    @ParameterizedTest
    @Tag("C06")
    @EnumSource
    void aFileShorterOrLongerThanToldIsRefused(Compression compression) throws IOException {
        cache.close();
        open(compression);
        byte[] whole = Files.readAllBytes(nar);
        Files.write(nar, Arrays.copyOf(whole, whole.length - 1));
        dumpRefused("bytes, but should have " + whole.length);
        Files.write(nar, Arrays.copyOf(whole, whole.length + 1));
        dumpRefused("bytes, but should have " + whole.length);
        Files.delete(nar);
        dumpRefused("is missing");
    }

    @ParameterizedTest
    @Tag("C06")
    @EnumSource
    void anArchiveShorterOrLongerThanSignedIsRefused(Compression compression) throws IOException {
        cache.close();
        open(compression);
        text = text.replaceFirst("FileSize: .*\n", "").replaceFirst("FileHash: .*\n", "FileUnknown: x\n");
        for (int length : new int[] {0, 8, good.nar().length - 1, good.nar().length + 1, 20_000_000}) {
            Files.writeString(narInfo, text);
            Files.write(nar, CompressionTest.compressed(compression, Arrays.copyOf(good.nar(), length)));
            dumpRefused(length > good.nar().length ? "more comes out" : "but should hold " + good.nar().length);
        }
        byte[] whole = CompressionTest.compressed(compression, good.nar());
        Files.write(nar, Arrays.copyOf(whole, whole.length + 21));
        dumpRefused(compression == Compression.NONE ? "more comes out" : compression + " data");
    }

    @Test
    @Tag("C06")
    void compressedInCompressedIsNotTheArchive() throws IOException {
        text = text.replaceFirst("FileSize: .*\n", "").replaceFirst("FileHash: .*\n", "");
        Files.writeString(narInfo, text);
        Files.write(nar, CompressionTest.compressed(Compression.XZ, Files.readAllBytes(nar)));
        dumpRefused("but should hold");
    }

    @ParameterizedTest
    @Tag("C06")
    @EnumSource
    void anotherArchiveOfTheSameSizeIsRefused(Compression compression) throws IOException {
        cache.close();
        open(compression);
        byte[] changed = good.nar().clone();
        changed[200] ^= 1;
        Files.writeString(narInfo, text.replaceFirst("FileSize: .*\n", ""));
        Files.write(nar, CompressionTest.compressed(compression, changed));
        dumpRefused("has the hash");
        Files.writeString(narInfo, text.replaceFirst("FileSize: .*\n", "").replaceFirst("FileHash: .*\n", ""));
        dumpRefused("bytes with the hash");
    }

    @Test
    @Tag("C03")
    void aSignatureCoversEverythingThatMattersAndNothingElse() throws IOException {
        SecretKey key = SecretKey.generate("k", new SecureRandom());
        TrustedKeys trusted = TrustedKeys.of(List.of(key.publicKey()));
        text += "Sig: " + key.sign(good.info()) + "\n";
        Files.writeString(narInfo, text);
        assertThat(trusted.vouchFor(told())).isTrue();
        replace("References: ", "References: " + good.path().baseName());
        assertThat(trusted.vouchFor(told())).isFalse();
        replace("NarSize: (\\d+)", "NarSize: 1$1");
        assertThat(trusted.vouchFor(told())).isFalse();
        replace("NarHash: .*", "NarHash: " + Digest.ofContent(Digest.Algorithm.SHA256, new byte[1]));
        assertThat(trusted.vouchFor(told())).isFalse();
        replace("Sig: .*\n", "");
        assertThat(trusted.vouchFor(told())).isFalse();
        // A mirror may compress it in another way.
        replace("Compression: xz", "Compression: zstd");
        assertThat(trusted.vouchFor(told())).isTrue();
    }

    private PathInfo told() throws IOException {
        return cache.queryPathInfo(good.path()).orElseThrow();
    }

    @Test
    @Tag("C03")
    void aClaimOfAContentAddressThatIsNotThePathProvesNothing() throws IOException {
        SamplePath other = SamplePath.ofFile("other", dir, random, 100);
        text += "CA: " + other.info().contentAddress() + "\n";
        Files.writeString(narInfo, text);
        StorePath claimed = told().claimedPath().orElseThrow();
        assertThat(claimed).isNotEqualTo(good.path());
    }

    @Test
    void textThatStandsInAMessageHasNoControlCharacters() throws IOException {
        Files.write(narInfo, (text + "Deriver: \u001b[31mx\n").getBytes(StandardCharsets.UTF_8));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> cache.queryPathInfo(good.path()))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\u001b"));
    }
}
