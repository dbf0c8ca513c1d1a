package dev.heddle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.store.local.StoreLayout;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs real Nix on a store of its own below a directory, whose logical directory is {@code /nix/store}. */
public final class NixPeer {

    private final Path root;
    private final String store;
    private final Path scratch;

    /** A store below {@code dir}. */
    public NixPeer(Path dir) throws IOException {
        this(
                Files.createDirectories(dir.resolve("nix-root")),
                dir.resolve("nix-root").toString(),
                dir);
    }

    private NixPeer(Path root, String store, Path dir) throws IOException {
        this.root = root;
        this.store = store;
        this.scratch = Files.createDirectories(dir.resolve("nix-scratch"));
    }

    /** The store that is where its paths say. */
    public static NixPeer inPlace(StoreLayout layout, Path dir) throws IOException {
        String store = "local?store=" + layout.real() + "&state=" + layout.state() + "&log=" + layout.logs();
        return new NixPeer(Path.of("/"), store, dir);
    }

    /** Skips the test where Nix is not installed. */
    public static void needed() {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin, "nix-store"))),
                "nix-store is not installed (Debian: nix-bin)");
    }

    /** Where a path of the store really is. */
    public Path real(String storePath) {
        return root.resolve(storePath.substring(1));
    }

    /** What a run of {@code command} printed; it must succeed. */
    public byte[] run(@Nullable Path input, String... command) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of(command));
        argv.addAll(1, List.of("--store", store));
        Path out = scratch.resolve("out");
        Path errors = scratch.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(argv)
                .redirectInput(input == null ? new File("/dev/null") : input.toFile())
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile());
        Map<String, String> environment = builder.environment();
        environment.remove("NIX_REMOTE");
        environment.put("HOME", scratch.toString());
        Process process = builder.start();
        assertThat(process.waitFor())
                .as("%s: %s", argv, Files.readString(errors))
                .isZero();
        return Files.readAllBytes(out);
    }

    /** What the last command that was run said besides, but for what it says of the machine's users. */
    public String complaints() throws IOException {
        return Files.readString(scratch.resolve("errors")).replaceAll(".*'build-users-group'.*\n", "");
    }

    /** The lines that {@code command} printed. */
    public List<String> lines(@Nullable Path input, String... command) throws IOException, InterruptedException {
        return new String(run(input, command), StandardCharsets.UTF_8).lines().toList();
    }
}
