package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.nar.Trees;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store used by processes that lack something: a locale, permissions, space. */
class StoreRefusalTest {

    @TempDir
    Path dir;

    @AfterEach
    void makeWritable() throws IOException {
        Trees.makeWritable(dir);
    }

    /** The class path as copies that everybody may read: those of a build may lie in a home directory. */
    private String readableClassPath() throws Exception {
        Path copies = Files.createDirectories(dir.resolve("classes"));
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path copy = copies.resolve(entries.size() + "-" + Path.of(entry).getFileName());
            if (Files.exists(Path.of(entry)) && !Files.exists(copy)) {
                assertThat(new ProcessBuilder("cp", "-r", entry, copy.toString())
                                .start()
                                .waitFor())
                        .isZero();
            }
            entries.add(copy.toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    /** Runs the program below in a shell that {@code before} prepares; what it printed. */
    private String run(String before, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                before + " \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                readableClassPath(),
                OneTree.class.getName()));
        command.addAll(List.of(arguments));
        Path out = dir.resolve("out");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(dir.resolve("errors").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(dir.resolve("errors")))
                .isZero();
        return Files.readString(out).strip();
    }

    /** Adds a tree and prints its path, or why it cannot be added: {@code OneTree STORE SOURCE}. */
    static final class OneTree {
        private OneTree() {}

        public static void main(String[] arguments) {
            try (LocalStore store = LocalStore.open(Path.of(arguments[0]))) {
                System.out.println(store.addTree("tree", Path.of(arguments[1])));
            } catch (IOException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid", LinkOption.NOFOLLOW_LINKS)
                .equals(0);
    }

    @Test
    @Tag("T04")
    void namesThatAreNotUtf8SurviveUnderAnyLocale() throws Exception {
        Path tree = Files.createDirectory(dir.resolve("tree"));
        assertThat(new ProcessBuilder(
                                "sh", "-c", "printf x > \"$1/$(printf 'caf\\303\\251\\377')\"", "sh", tree.toString())
                        .start()
                        .waitFor())
                .isZero();
        String plain = run("export LC_ALL=C;", dir.resolve("one").toString(), tree.toString());
        String utf8 = run("export LC_ALL=C.UTF-8;", dir.resolve("two").toString(), tree.toString());
        StoreLayout one = StoreLayout.in(dir.resolve("one"));
        StoreLayout two = StoreLayout.in(dir.resolve("two"));
        assertThat(dump(one, plain)).isEqualTo(dump(two, utf8));
        assertThat(new String(dump(one, plain), StandardCharsets.ISO_8859_1)).contains("caf\u00c3\u00a9\u00ff");
    }

    private static byte[] dump(StoreLayout layout, String path) throws IOException {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        try (LocalStore store = LocalStore.builder(layout).open()) {
            store.dump(StorePath.parse(path), out);
        }
        return out.toByteArray();
    }

    @Test
    @Tag("T25")
    void whoMayNotWriteIsToldSoAndWhoMayNotReadTheSourceToo() throws Exception {
        assumeTrue(isRoot(), "only root can run a program as another user");
        Path place = Files.createDirectory(dir.resolve("place"));
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path source = Files.createDirectory(dir.resolve("source"));
        Files.writeString(source.resolve("open"), "x");
        String nobody = "exec setpriv --reuid=65534 --regid=65534 --clear-groups";
        assertThat(runAs(nobody, place, source)).startsWith("refused: ").contains(place.toString());
        try (Stream<Path> made = Files.list(place)) {
            assertThat(made).isEmpty();
        }
        Path theirs = Files.createDirectory(dir.resolve("theirs"));
        Files.setAttribute(theirs, "unix:uid", 65534);
        assertThat(runAs(nobody, theirs, source)).startsWith(theirs + "/store/");
        Files.writeString(source.resolve("secret"), "x");
        Files.setPosixFilePermissions(source.resolve("secret"), PosixFilePermissions.fromString("rw-------"));
        assertThat(runAs(nobody, theirs, source)).startsWith("refused: ").contains("secret", "permission");
    }

    private String runAs(String user, Path store, Path source) throws Exception {
        return run(user, store.toString(), source.toString());
    }

    @Test
    @Tag("T16")
    void aFullDiskIsToldAndLeavesNothingBehind() throws Exception {
        assumeTrue(isRoot(), "only root can mount a file system");
        Path disk = Files.createDirectory(dir.resolve("disk"));
        Path source = Files.createDirectory(dir.resolve("source"));
        byte[] large = new byte[30 << 20];
        // Zeros would take no space.
        Arrays.fill(large, (byte) 'x');
        Files.write(source.resolve("large"), large);
        Path after = dir.resolve("after");
        String mount = "unshare -m sh -c 'mount -t tmpfs -o size=24m none " + disk + " && \"$@\"; find " + disk
                + "/heddle/store " + disk + "/heddle/var/nix/heddle/staging > " + after + "' sh";
        String said = run("exec " + mount, disk.resolve("heddle").toString(), source.toString());
        assertThat(said).startsWith("refused: ").contains("No space left");
        assertThat(Files.readAllLines(after))
                .containsExactlyInAnyOrder(disk + "/heddle/store", disk + "/heddle/var/nix/heddle/staging");
    }
}
