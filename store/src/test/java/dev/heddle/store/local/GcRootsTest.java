package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.StoreException;
import dev.heddle.store.disk.Disk;
import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The links and files that keep paths alive. */
class GcRootsTest {

    private static final StorePath PATH = DatabaseContract.path(1);
    private static final StorePath OTHER = DatabaseContract.path(2);

    @TempDir
    Path dir;

    private StoreLayout layout;
    private GcRoots roots;
    private Path gcroots;

    @BeforeEach
    void makeStore() throws IOException {
        layout = StoreLayout.below(dir.resolve("root"));
        roots = new GcRoots(Disk.system(), layout, new PathSpotter(layout));
        gcroots = Files.createDirectories(layout.roots());
        Files.createDirectories(layout.real());
    }

    private TreeSet<String> found(boolean tidy) throws IOException {
        TreeSet<String> found = new TreeSet<>();
        roots.find(tidy, (name, path) -> found.add(name + " -> " + path));
        return found;
    }

    @Test
    void linksAreFoundAtAnyDepthAndInProfiles() throws IOException {
        Path deep = Files.createDirectories(gcroots.resolve("per-user/someone/more"));
        Path profiles = Files.createDirectories(layout.state().resolve("profiles"));
        Files.createSymbolicLink(deep.resolve("kept"), Path.of(PATH.toString()));
        Files.createSymbolicLink(profiles.resolve("default-1-link"), Path.of(OTHER + "/bin/tool"));
        Files.createSymbolicLink(profiles.resolve("default"), Path.of("default-1-link"));
        assertThat(found(false))
                .containsExactlyInAnyOrder(
                        deep.resolve("kept") + " -> " + PATH,
                        // Through the profile's own link, and by its generation.
                        profiles.resolve("default-1-link") + " -> " + OTHER);
    }

    @Test
    void aRegularFileNamedLikeAPathIsARoot() throws IOException {
        Path file = Files.createFile(gcroots.resolve(PATH.baseName()));
        Files.createFile(gcroots.resolve("named-otherwise"));
        assertThat(found(false)).containsExactly(file + " -> " + PATH);
    }

    @Test
    void anIndirectRootIsNamedByTheUsersLink() throws IOException {
        Path result = dir.resolve("work/result");
        roots.addIndirect(result, PATH);
        assertThat(Files.readSymbolicLink(result)).isEqualTo(Path.of(PATH.toString()));
        try (var autos = Files.list(gcroots.resolve("auto"))) {
            Path auto = autos.toList().get(0);
            assertThat(Files.readSymbolicLink(auto)).isEqualTo(result);
            assertThat(auto.getFileName()).hasToString(GcRoots.autoName(RawName.of(result.toString())));
        }
        assertThat(found(false)).containsExactly(result + " -> " + PATH);
        roots.addIndirect(result, OTHER);
        assertThat(found(false)).containsExactly(result + " -> " + OTHER);
    }

    @Test
    void anIndirectRootWhoseLinkIsGoneIsRemovedByACollectionAlone() throws IOException {
        Path result = dir.resolve("result");
        roots.addIndirect(result, PATH);
        Files.delete(result);
        Path elsewhere = Files.createSymbolicLink(gcroots.resolve("dangling"), dir.resolve("nothing"));
        assertThat(found(false)).isEmpty();
        assertThat(gcroots.resolve("auto")).isNotEmptyDirectory();
        assertThat(found(true)).isEmpty();
        assertThat(gcroots.resolve("auto")).isEmptyDirectory();
        assertThat(Files.exists(elsewhere, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    @Tag("T19")
    void linksThatLoopOrDangleAreNoRootsAndRelativeOnesAre() throws IOException {
        Files.createSymbolicLink(gcroots.resolve("self"), Path.of("self"));
        Files.createSymbolicLink(gcroots.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(gcroots.resolve("b"), Path.of("a"));
        Files.createSymbolicLink(gcroots.resolve("nowhere"), Path.of("/no/such/place"));
        Files.createSymbolicLink(
                gcroots.resolve("below-a-file"),
                Files.createFile(dir.resolve("f")).resolve("x"));
        Path relative =
                Files.createSymbolicLink(gcroots.resolve("relative"), Path.of("../../../store/" + PATH.baseName()));
        Path slashes =
                Files.createSymbolicLink(gcroots.resolve("slashes"), Path.of("/nix/store/" + OTHER.baseName() + "/"));
        assertThat(found(true)).containsExactlyInAnyOrder(relative + " -> " + PATH, slashes + " -> " + OTHER);
    }

    @Test
    @Tag("T19")
    void aDirectoryThatCannotBeReadStopsTheSearch() throws IOException {
        Files.createDirectories(gcroots.resolve("hidden"));
        Files.createSymbolicLink(gcroots.resolve("plain"), Path.of(PATH.toString()));
        GcRoots blind = new GcRoots(blindFor("hidden"), layout, new PathSpotter(layout));
        assertThatThrownBy(() -> blind.find(true, (name, path) -> {}))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(gcroots.resolve("hidden").toString())
                .hasMessageContaining("nothing is collected");
    }

    @Test
    @Tag("T19")
    void aUsersDirectoryThatCannotBeReadStopsTheSearchAndKeepsTheRoot() throws IOException {
        roots.addIndirect(dir.resolve("home/result"), PATH);
        GcRoots blind = new GcRoots(blindFor("home"), layout, new PathSpotter(layout));
        assertThatThrownBy(() -> blind.find(true, (name, path) -> {}))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("home/result");
        assertThat(gcroots.resolve("auto")).isNotEmptyDirectory();
    }

    @Test
    void rootsAreNotMadeInTheStoreNorOverOtherThings() throws IOException {
        Path file = Files.writeString(dir.resolve("precious"), "text");
        assertThatThrownBy(() -> roots.addIndirect(file, PATH)).hasMessageContaining("exists and is no link into");
        assertThat(file).hasContent("text");
        assertThatThrownBy(() -> roots.addIndirect(layout.real().resolve("result"), PATH))
                .hasMessageContaining("outside the store");
        for (String name : new String[] {"", "..", "a/b", "auto", "profiles"}) {
            assertThatThrownBy(() -> roots.addPermanent(name, PATH)).isInstanceOf(StoreException.class);
        }
        roots.addPermanent("mine", PATH);
        assertThat(found(true)).containsExactly(gcroots.resolve("mine") + " -> " + PATH);
    }

    @Test
    void aStoreWithoutRootDirectoriesHasNoRoots() throws IOException {
        Files.delete(gcroots);
        assertThat(found(true)).isEmpty();
    }

    @Test
    void namesAndTargetsMayBeAnyBytes() throws IOException {
        RawName odd = RawName.of(new byte[] {'o', (byte) 0xff, 'd'});
        try (Folder home = Disk.system().openOrCreate(dir.resolve("home"));
                Folder auto = Disk.system().openOrCreate(gcroots.resolve("auto"))) {
            home.createLink(odd, RawName.of(PATH.toString()));
            byte[] prefix = (dir + "//home/").getBytes();
            byte[] target = java.util.Arrays.copyOf(prefix, prefix.length + 3);
            System.arraycopy(odd.bytes(), 0, target, prefix.length, 3);
            auto.createLink(RawName.of("x"), RawName.of(target));
        }
        assertThat(found(true)).containsExactly(dir.resolve("home") + "/o\\xffd -> " + PATH);
    }

    /** The system's disk, on which nobody may open a directory of this name: root may open every real one. */
    private static Disk blindFor(String name) {
        Disk system = Disk.system();
        return (Disk) wrap(Disk.class, system, name);
    }

    private static Object wrap(Class<?> type, Object target, String hidden) {
        return Proxy.newProxyInstance(
                GcRootsTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                    if ((method.getName().equals("open") && ((Path) args[0]).endsWith(hidden))
                            || (method.getName().equals("folder") && args[0].equals(RawName.of(hidden)))) {
                        throw new AccessDeniedException(hidden);
                    }
                    try {
                        Object result = method.invoke(target, args);
                        return result instanceof Folder folder ? wrap(Folder.class, folder, hidden) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
