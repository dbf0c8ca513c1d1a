package dev.heddle.store.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The ways in which a test keeps builders apart; where one does not work the test fails. */
enum Isolation {
    BUBBLEWRAP,
    UNSHARE,
    NONE;

    private static final List<String> PROGRAMS =
            List.of("unshare", "mount", "setsid", "hostname", "ip", "env", "sh", "ldd");

    StoreSettings.SandboxMode mode() {
        return this == NONE ? StoreSettings.SandboxMode.OFF : StoreSettings.SandboxMode.REQUIRE;
    }

    boolean isPrivate() {
        return this != NONE;
    }

    /** Where the store finds its programs: for {@link #UNSHARE} in {@code dir}, which gets links to all but bubblewrap. */
    String programs(Path dir) throws IOException {
        String path = System.getenv("PATH");
        if (this != UNSHARE) {
            return path;
        }
        Files.createDirectories(dir);
        for (String name : PROGRAMS) {
            Path program = Stream.of((path + ":/usr/sbin:/sbin").split(File.pathSeparator))
                    .map(directory -> Path.of(directory, name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElse(null);
            if (program != null && Files.notExists(dir.resolve(name))) {
                Files.createSymbolicLink(dir.resolve(name), program);
            }
        }
        return dir.toString();
    }
}
