package dev.heddle.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.core.derivation.StorePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Running programs keep what they use of a store. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ProcessRootsTest {

    private static final Path SLEEP = Path.of("/bin/sleep");

    @TempDir
    Path dir;

    private LocalStore store;
    private StorePath path;
    private Path real;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Files.isExecutable(SLEEP) && Files.isDirectory(Path.of("/proc/self/fd")), "this is not Linux");
        Path tree = Files.createDirectories(dir.resolve("tree/bin")).getParent();
        Files.copy(SLEEP, tree.resolve("bin/sleep"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        store = LocalStore.open(dir.resolve("s"));
        path = store.addTree("tree", tree);
        real = store.layout().real(path);
        store.releaseAdded();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static ProcessBuilder shell(String script) {
        return new ProcessBuilder("/bin/sh", "-c", script).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** Starts a program that prints a line and stays; its path is alive as long as it does. */
    private void keepsAlive(ProcessBuilder program, String file) throws IOException, InterruptedException {
        Process process = program.start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            assertThat(store.collect(CollectOptions.ALL).paths()).isZero();
            assertThat(store.roots(path))
                    .extracting(kept -> kept.root().toString())
                    .anyMatch(root -> root.contains("/proc/" + process.pid() + "/" + file));
            assertThat(Files.isDirectory(real)).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(store.roots(path)).isEmpty();
        assertThat(store.collect(CollectOptions.ALL).paths()).isOne();
        assertThat(real).doesNotExist();
    }

    @Test
    void aProgramThatWorksInAPathKeepsIt() throws Exception {
        keepsAlive(shell("echo ready; read never").directory(real.toFile()), "cwd");
    }

    @Test
    void aProgramOfAPathKeepsItWhileItRuns() throws Exception {
        // The shell becomes the program after it has printed the line.
        ProcessBuilder program = shell("echo ready; exec " + real + "/bin/sleep 1000");
        Process process = program.start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            Path exe = Path.of("/proc/" + process.pid() + "/exe");
            while (!Files.readSymbolicLink(exe).startsWith(real.toRealPath())) {
                Thread.onSpinWait();
            }
            assertThat(store.collect(CollectOptions.ALL).paths()).isZero();
            assertThat(store.roots(path))
                    .extracting(kept -> kept.root().toString())
                    .anyMatch(root -> root.contains("/proc/" + process.pid() + "/exe"))
                    .anyMatch(root -> root.contains("/proc/" + process.pid() + "/maps"));
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(store.collect(CollectOptions.ALL).paths()).isOne();
    }

    @Test
    void anOpenFileKeepsItsPath() throws Exception {
        keepsAlive(shell("exec 3<" + real + "/bin/sleep; echo ready; read never"), "fd/3");
    }

    @Test
    void aVariableOfAProgramKeepsThePathsThatItNames() throws Exception {
        ProcessBuilder program = shell("echo ready; read never");
        program.environment().put("PATH", "/usr/bin:" + path + "/bin");
        keepsAlive(program, "environ");
    }

    @Test
    void whereNoProcessesAreToldNothingIs() throws IOException {
        List<String> told = new java.util.ArrayList<>();
        new ProcessRoots(dir.resolve("none"), new PathSpotter(store.layout())).find((file, part) -> told.add(file));
        assertThat(told).isEmpty();
    }
}
