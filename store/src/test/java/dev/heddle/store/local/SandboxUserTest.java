package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.derivation.StorePath;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Builds by a user without any rights, who has another umask than usual. */
class SandboxUserTest {

    @TempDir
    Path dir;

    /** Builds, and prints what the builder printed: {@code OneBuild STORE ISOLATION}. */
    static final class OneBuild {
        private OneBuild() {}

        public static void main(String[] arguments) throws Exception {
            Isolation isolation = Isolation.valueOf(arguments[1]);
            try (BuildHouse house = new BuildHouse(Path.of(arguments[0]), isolation, UnaryOperator.identity())) {
                StorePath input = house.store().addText("input", new byte[] {'x', '\n'}, List.of());
                StorePath out = house.made(house.shell(
                                "user",
                                "id -u; id -g; umask; cat $input; touch $input 2>/dev/null && echo changed\n"
                                        + "mkdir $out; echo $input >$out/a; chmod 000 $out",
                                Map.of("input", input.toString()),
                                List.of(input)))
                        .get("out");
                System.out.print(house.printed());
                System.out.println(house.store()
                        .queryPathInfo(out)
                        .orElseThrow()
                        .references()
                        .equals(Set.of(input)));
                house.assertNothingLeft();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void anybodyCanBuildInASandbox(Isolation isolation) throws Exception {
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid", LinkOption.NOFOLLOW_LINKS)
                .equals(0);
        assumeTrue(root, "only root can run a program as another user");
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path theirs = Files.createDirectory(dir.resolve("theirs"));
        Files.setAttribute(theirs, "unix:uid", 65534);
        assertThat(run(theirs, isolation)).isEqualTo("1000\n100\n0022\nx\ntrue\n");
    }

    /** The class path, with jars that lie where another user may not look as links to them. */
    private String readableClassPath() throws IOException {
        Path jars = Files.createDirectories(dir.resolve("jars"));
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.endsWith(".jar")) {
                Path link = jars.resolve(entries.size() + ".jar");
                try {
                    Files.createLink(link, Path.of(entry));
                } catch (IOException otherDisk) {
                    Files.copy(Path.of(entry), link);
                }
                entries.add(link.toString());
            } else {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private String run(Path store, Isolation isolation) throws IOException, InterruptedException {
        Path out = dir.resolve("out");
        Path errors = dir.resolve("errors");
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask 077; exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        readableClassPath(),
                        OneBuild.class.getName(),
                        store.toString(),
                        isolation.name())
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return Files.readString(out);
    }
}
