package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.Digest;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.SecretKey;
import dev.heddle.store.StoreException;
import dev.heddle.store.TrustedKeys;
import dev.heddle.store.nar.NarHash;
import dev.heddle.store.nar.NarWriter;
import dev.heddle.store.nar.SelfHash;
import dev.heddle.store.nar.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store takes from others, and what it does not believe. */
class ArrivalsTest {

    private final SecretKey key = SecretKey.generate("trusted-1", new SecureRandom());

    @TempDir
    Path dir;

    private StoreLayout layout;
    private LocalStore store;

    @BeforeEach
    void open() throws IOException {
        layout = StoreLayout.in(dir.resolve("heddle"));
        store = LocalStore.builder(layout)
                .trustedKeys(TrustedKeys.of(List.of(key.publicKey())))
                .open();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        Trees.makeWritable(dir);
    }

    private byte[] nar(String content) throws IOException {
        Path file = Files.writeString(dir.resolve("content"), content);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NarWriter.dump(file, out);
        return out.toByteArray();
    }

    private static Digest sha256(byte[] bytes) {
        return Digest.ofContent(Digest.Algorithm.SHA256, bytes);
    }

    /** A claim about a path that follows from nothing that can be checked. */
    private PathInfo built(String name, byte[] nar, StorePath... references) {
        StorePath path = StorePath.of(
                "output:out", sha256(name.getBytes(StandardCharsets.UTF_8)), layout.storeDirectory(), name);
        return PathInfo.of(path, sha256(nar), nar.length, List.of(references));
    }

    private PathInfo signed(PathInfo info) {
        return info.withSignatures(List.of(key.sign(info)));
    }

    private void add(PathInfo info, byte[] nar) throws IOException {
        store.add(info, new ByteArrayInputStream(nar));
    }

    private void refused(PathInfo info, byte[] nar, String... words) throws IOException {
        assertThatThrownBy(() -> add(info, nar))
                .isInstanceOf(IOException.class)
                .message()
                .contains(words);
        assertThat(store.isValid(info.path())).isFalse();
        assertThat(StoreTrees.inStore(layout)).isEmpty();
    }

    @Test
    void whatATrustedKeySignedIsTakenWithItsSignatures() throws IOException {
        byte[] nar = nar("built");
        PathInfo info = signed(built("hello", nar));
        add(info, nar);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.dump(info.path(), out);
        assertThat(out.toByteArray()).isEqualTo(nar);
        PathInfo known = store.queryPathInfo(info.path()).orElseThrow();
        assertThat(known.signatures()).isEqualTo(info.signatures());
        assertThat(known.ultimate()).isFalse();
    }

    @Test
    void whatIsNotSignedIsRefused() throws IOException {
        byte[] nar = nar("built");
        PathInfo info = built("hello", nar);
        refused(info, nar, info.path().toString(), "not signed by a trusted key");
        SecretKey stranger = SecretKey.generate("stranger-1", new SecureRandom());
        refused(info.withSignatures(List.of(stranger.sign(info))), nar, "not signed");
    }

    @Test
    @Tag("C03")
    void aSignatureOfAnotherClaimIsWorthNothing() throws IOException {
        byte[] nar = nar("built");
        PathInfo info = built("hello", nar);
        refused(info.withSignatures(List.of(key.sign(built("other", nar)))), nar, "not signed");
        PathInfo older = built("hello", nar("older"));
        refused(info.withSignatures(List.of(key.sign(older))), nar, "not signed");
    }

    @Test
    void anArchiveThatIsNotWhatWasSignedIsRefusedWithBothHashes() throws IOException {
        byte[] nar = nar("right");
        byte[] wrong = nar("wrong");
        PathInfo info = signed(built("hello", nar));
        refused(info, wrong, info.narHash().toString(), sha256(wrong).toString());
        refused(info, nar("much longer than what was signed, by more than a word"), "limit");
        refused(info, Arrays.copyOf(nar, nar.length - 1), info.path().toString(), "cannot be unpacked");
        refused(info, Arrays.copyOf(nar, nar.length + 8), info.path().toString(), "cannot be unpacked");
    }

    @Test
    @Tag("C07")
    void whatItRefersToMustBeValid() throws IOException {
        byte[] nar = nar("built");
        StorePath nobody = built("nobody", nar).path();
        refused(signed(built("hello", nar, nobody)), nar, nobody.toString(), "not valid");
    }

    @Test
    void aContentAddressIsBelievedBecauseItIsComputedAnew() throws IOException {
        byte[] nar = nar("content");
        ContentAddress address = new ContentAddress(ContentMethod.RECURSIVE, sha256(nar));
        StorePath path = StorePath.ofSource(sha256(nar), List.of(), layout.storeDirectory(), "source");
        PathInfo info = PathInfo.of(path, sha256(nar), nar.length, List.of()).withContentAddress(address);
        add(info, nar);
        assertThat(store.addTree("source", dir.resolve("content"))).isEqualTo(path);
        Digest flat = Digest.ofContent(Digest.Algorithm.SHA1, "content".getBytes(StandardCharsets.UTF_8));
        StorePath fixed = StorePath.ofFixed(ContentMethod.FLAT, flat, layout.storeDirectory(), "flat");
        add(
                PathInfo.of(fixed, sha256(nar), nar.length, List.of())
                        .withContentAddress(new ContentAddress(ContentMethod.FLAT, flat)),
                nar);
        assertThat(store.isValid(fixed)).isTrue();
    }

    @Test
    @Tag("C03")
    void aContentAddressThatDoesNotHoldIsRefusedEvenIfSigned() throws IOException {
        byte[] nar = nar("content");
        Digest other = sha256(nar("other"));
        for (ContentMethod method : new ContentMethod[] {ContentMethod.RECURSIVE, ContentMethod.FLAT}) {
            StorePath path = StorePath.ofFixed(method, other, layout.storeDirectory(), "source");
            PathInfo lie = PathInfo.of(path, sha256(nar), nar.length, List.of())
                    .withContentAddress(new ContentAddress(method, other));
            refused(lie, nar, "content address is wrong");
            refused(signed(lie), nar, "content address is wrong");
        }
        PathInfo elsewhere =
                built("hello", nar).withContentAddress(new ContentAddress(ContentMethod.RECURSIVE, sha256(nar)));
        refused(elsewhere, nar, "another path");
    }

    @Test
    void aPathThatNamesItselfIsCheckedModuloItsOwnName() throws IOException {
        String placeholder = "0".repeat(32);
        byte[] blank = nar("I am " + placeholder);
        SelfHash hash = new SelfHash(placeholder);
        hash.write(blank, 0, blank.length);
        Digest modulo = hash.finish();
        StorePath path = StorePath.ofSelfReferring(modulo, List.of(), layout.storeDirectory(), "self");
        byte[] nar = nar("I am " + path.hashPart());
        PathInfo info = PathInfo.of(path, sha256(nar), nar.length, List.of(path))
                .withContentAddress(new ContentAddress(ContentMethod.RECURSIVE, modulo));
        byte[] other = nar("I'm  " + path.hashPart());
        refused(
                PathInfo.of(path, sha256(other), other.length, List.of(path))
                        .withContentAddress(new ContentAddress(ContentMethod.RECURSIVE, modulo)),
                other,
                "content address is wrong");
        add(info, nar);
        assertThat(store.queryReferrers(path)).containsExactly(path);
    }

    @Test
    void aPathOfAnotherStoreIsRefused() throws IOException {
        byte[] nar = nar("built");
        StorePath foreign = StorePath.of("output:out", sha256(nar), "/elsewhere/store", "hello");
        PathInfo info = PathInfo.of(foreign, sha256(nar), nar.length, List.of());
        assertThatThrownBy(() -> add(info.withSignatures(List.of(key.sign(info))), nar))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("another store");
    }

    @Test
    void whatIsValidAlreadyIsNotRead() throws IOException {
        byte[] nar = nar("built");
        PathInfo info = signed(built("hello", nar));
        add(info, nar);
        assertThat(NarHash.ofTree(layout.real(info.path())).digest()).isEqualTo(sha256(nar));
        store.add(info, new ByteArrayInputStream(new byte[0]));
        assertThat(store.isValid(info.path())).isTrue();
    }
}
