package dev.heddle.store.local;

import dev.heddle.store.disk.Folder;
import dev.heddle.store.disk.RawName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The directories that one build has for itself, in a stage that goes with the build.
 *
 * @param stage what holds them all, and anything else that a sandbox needs
 * @param build the builder's own directory, in which it starts
 * @param outputs what a private builder sees as the store's directory
 * @param temporary what a private builder sees as {@code /tmp}
 * @param etc what a private builder sees as {@code /etc}
 */
record BuildRoom(Path stage, Path build, Path outputs, Path temporary, Path etc) {

    /** Who a private builder is, as in Nix. */
    static final int USER = 1000;

    static final int GROUP = 100;

    /** The name of the directory of outputs in the stage. */
    static final RawName OUTPUTS = RawName.of("outputs");

    /** The mode that lets this user see what a builder left in a directory. */
    static final int OPEN = 0755;

    private static final RawName BUILD = RawName.of("build");
    private static final RawName TEMPORARY = RawName.of("tmp");
    private static final RawName SETTINGS = RawName.of("etc");
    private static final int READABLE = 0644;
    private static final int EVERYBODYS = 0777;

    private static final Map<String, String> ETC = Map.of(
            "passwd",
            """
            root:x:0:0:Nix build user:/build:/noshell
            nixbld:x:1000:100:Nix build user:/build:/noshell
            nobody:x:65534:65534:Nobody:/:/noshell
            """,
            "group",
            "root:x:0:\nnixbld:!:100:\nnogroup:x:65534:\n",
            "hosts",
            "127.0.0.1 localhost\n::1 localhost\n");

    /** What a builder that may use the network needs of the machine's own. */
    private static final List<String> NETWORK = List.of("resolv.conf", "services", "nsswitch.conf", "hosts");

    /** Makes the builder's own directory; the others are only named. */
    static BuildRoom in(Stage stage) throws IOException {
        stage.folder().createFolder(BUILD).close();
        Path path = stage.folder().path();
        return new BuildRoom(
                path,
                path.resolve(BUILD.toString()),
                path.resolve(OUTPUTS.toString()),
                path.resolve(TEMPORARY.toString()),
                path.resolve(SETTINGS.toString()));
    }

    /**
     * Makes what only a private builder needs.
     *
     * @param network whether the builder finds this machine's names of other machines
     */
    void furnish(Stage stage, boolean network) throws IOException {
        Folder folder = stage.folder();
        for (RawName name : List.of(OUTPUTS, TEMPORARY)) {
            folder.createFolder(name).close();
        }
        folder.setMode(OUTPUTS, OPEN);
        folder.setMode(TEMPORARY, EVERYBODYS);
        try (Folder etc = folder.createFolder(SETTINGS)) {
            for (Map.Entry<String, String> file : ETC.entrySet()) {
                Path own = Path.of("/etc", file.getKey());
                if (!network || !NETWORK.contains(file.getKey()) || !Files.isReadable(own)) {
                    write(etc, file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
                }
            }
            for (String name : network ? NETWORK : List.<String>of()) {
                Path own = Path.of("/etc", name);
                if (Files.isReadable(own)) {
                    write(etc, name, Files.readAllBytes(own));
                }
            }
        }
        folder.setMode(SETTINGS, OPEN);
    }

    /** Puts files into the builder's own directory. */
    void add(Stage stage, Map<String, byte[]> files) throws IOException {
        try (Folder folder = stage.folder().folder(BUILD)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                write(folder, file.getKey(), file.getValue());
            }
        }
    }

    private static void write(Folder folder, String name, byte[] content) throws IOException {
        try (WritableByteChannel out = folder.create(RawName.of(name), READABLE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
    }
}
