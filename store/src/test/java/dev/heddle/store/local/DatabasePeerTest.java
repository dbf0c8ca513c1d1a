package dev.heddle.store.local;

import static dev.heddle.store.local.DatabaseContract.STORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.core.derivation.ContentAddress;
import dev.heddle.core.derivation.ContentMethod;
import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.NixPeer;
import dev.heddle.store.PathInfo;
import dev.heddle.store.nar.NarHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real Nix and the database here read, verify and change one another's databases. */
class DatabasePeerTest {

    @TempDir
    Path directory;

    private NixPeer nix;
    private StoreLayout layout;

    @BeforeEach
    void peer() throws IOException {
        NixPeer.needed();
        nix = new NixPeer(directory);
        layout = StoreLayout.below(directory.resolve("nix-root"));
    }

    private StoreDatabase open() throws IOException {
        return SqliteDatabase.open(layout, DatabaseSettings.NORMAL);
    }

    /** Puts a file into the store by hand, and tells what is to be known of it. */
    private PathInfo file(String name, String content, StorePath... references) throws IOException {
        Path source = Files.writeString(directory.resolve(name), content);
        NarHash nar = NarHash.ofTree(source);
        List<StorePath> others = List.of(references);
        StorePath path = StorePath.ofSource(nar.digest(), others, STORE, name);
        Files.createDirectories(layout.real());
        Path real = Files.copy(source, layout.real(path));
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("r--r--r--"));
        Files.setLastModifiedTime(real, FileTime.fromMillis(1000));
        return PathInfo.of(path, nar.digest(), nar.size(), others)
                .withContentAddress(new ContentAddress(ContentMethod.RECURSIVE, nar.digest()));
    }

    @Test
    void nixReadsVerifiesAndCollectsWhatIsWrittenHere() throws Exception {
        List<PathInfo> infos = new ArrayList<>();
        infos.add(file("one", "first"));
        infos.add(file("two", "second " + infos.get(0).path(), infos.get(0).path()));
        try (StoreDatabase database = open()) {
            database.write(transaction -> {
                transaction.register(infos);
                return null;
            });
        }
        String one = infos.get(0).path().toString();
        String two = infos.get(1).path().toString();

        assertThat(nix.lines(null, "nix-store", "--verify", "--check-contents")).isEmpty();
        assertThat(nix.lines(null, "nix-store", "-q", "--references", two)).containsExactly(one);
        assertThat(nix.lines(null, "nix-store", "-q", "--referrers", one)).containsExactly(two);
        assertThat(nix.lines(null, "nix-store", "-q", "--size", two))
                .containsExactly(Long.toString(infos.get(1).narSize()));
        assertThat(nix.lines(null, "nix-store", "-q", "--hash", two))
                .containsExactly(infos.get(1).narHash().toString());
        assertThat(nix.lines(null, "nix-store", "--gc", "--print-dead")).contains(one, two);

        nix.run(null, "nix-store", "--delete", two);
        try (StoreDatabase database = open()) {
            assertThat(database.page(null, 10)).containsExactly(infos.get(0).path());
            assertThat(database.referrers(infos.get(0).path())).isEmpty();
        }
    }

    @Test
    void whatNixWritesIsReadHereAndBothTakeTurns() throws Exception {
        Path added = Files.writeString(directory.resolve("added"), "by Nix");
        StorePath byNix = StorePath.parse(
                nix.lines(null, "nix-store", "--add", added.toString()).get(0));
        PathInfo ours;
        try (StoreDatabase database = open()) {
            PathInfo info = database.pathInfo(byNix).orElseThrow();
            assertThat(info.contentAddress()).isEqualTo(new ContentAddress(ContentMethod.RECURSIVE, info.narHash()));
            assertThat(info.claimedPath()).contains(byNix);
            assertThat(database.pathFromHashPart(byNix.hashPart())).contains(byNix);
            ours = file("ours", "refers to " + byNix, byNix);
            database.write(transaction -> {
                transaction.register(List.of(ours));
                return null;
            });
            // With the database open here.
            Path more = Files.writeString(directory.resolve("more"), "by Nix too");
            StorePath second = StorePath.parse(
                    nix.lines(null, "nix-store", "--add", more.toString()).get(0));
            assertThat(database.isValid(second)).isTrue();
        }
        assertThat(nix.lines(null, "nix-store", "--verify", "--check-contents")).isEmpty();
        assertThat(nix.lines(
                        null, "nix-store", "-q", "--references", ours.path().toString()))
                .containsExactly(byNix.toString());
    }

    @Test
    void tablesAreWordForWordThoseOfNix() throws Exception {
        nix.run(null, "nix-store", "--verify");
        String ofNix = definitions(layout);
        StoreLayout own = StoreLayout.in(directory.resolve("own"));
        SqliteDatabase.open(own, DatabaseSettings.NORMAL).close();
        assertThat(definitions(own)).isEqualTo(ofNix).contains("DeleteSelfRefs");
    }

    private static String definitions(StoreLayout of) throws Exception {
        SqliteLibrary.load(null);
        try (SqliteSession session =
                SqliteSession.open(of.database().resolve("db.sqlite"), SqliteSession.Access.READ)) {
            return String.join(
                    "\n",
                    session.list(
                            "select sql from sqlite_master where name not like 'Heddle%' and sql is not null order by name",
                            row -> row.getString(1)));
        }
    }
}
