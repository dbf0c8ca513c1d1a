package dev.heddle.core.process;

import dev.heddle.core.transport.SshCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Machines in network namespaces of this one, each with an sshd of its own; the script {@code ssh-hosts} makes them. */
final class SshHosts implements AutoCloseable {

    private static final Path SCRIPT = Path.of("../core/src/test/scripts/ssh-hosts");

    private final Path directory;

    private SshHosts(Path directory) {
        this.directory = directory;
    }

    /** Brings machines up, or skips the test where this system cannot. */
    static SshHosts up(int count) throws IOException {
        boolean able = "root".equals(System.getProperty("user.name"))
                && Files.isExecutable(Path.of("/usr/sbin/sshd"))
                && (Files.isExecutable(Path.of("/usr/sbin/ip")) || Files.isExecutable(Path.of("/sbin/ip")));
        Assumptions.assumeTrue(able, "machines in network namespaces need root, sshd and ip");
        SshHosts hosts = new SshHosts(Files.createTempDirectory("ssh-hosts"));
        hosts.call("up", Integer.toString(count));
        return hosts;
    }

    Path config() {
        return directory.resolve("ssh_config");
    }

    SshCommand to(int number) {
        return SshCommand.to("h" + number).config(config());
    }

    /** Does to a machine what a verb of the script says. */
    void call(String verb, String... arguments) throws IOException {
        List<String> argv = new ArrayList<>(List.of(SCRIPT.toString(), verb, directory.toString()));
        argv.addAll(List.of(arguments));
        Path said = directory.resolve("said");
        Process process = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(
                        argv + " ended with " + status + ": " + Files.readString(said, StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        call("down");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
