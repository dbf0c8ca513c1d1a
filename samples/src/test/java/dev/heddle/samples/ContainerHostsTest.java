package dev.heddle.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.TaskSpec;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.Scheduler;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostEntry;
import dev.heddle.scheduler.host.HostFileException;
import dev.heddle.scheduler.host.Hosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Containers as hosts; the program that knows them is a script that runs everything on this machine. */
@Timeout(120)
class ContainerHostsTest {

    @TempDir
    Path directory;

    private Path engine() throws IOException {
        Path engine = Files.writeString(directory.resolve("engine"), """
                #!/bin/sh
                [ "$1 $2 $3 $4" = "exec --interactive --user=build toolchain" ] || { echo "odd: $*" >&2; exit 125; }
                shift 4
                IN_CONTAINER=toolchain exec "$@"
                """);
        assertThat(engine.toFile().setExecutable(true)).isTrue();
        return engine;
    }

    @Test
    void jobsRunInTheContainerThatALineNames() throws Exception {
        Path hosts = Files.writeString(
                directory.resolve("hosts"), "container:build@toolchain jobs=2 property.engine=" + engine() + "\n");
        BuildGraph.Builder graph = BuildGraph.builder();
        for (int i = 0; i < 5; i++) {
            graph.task(TaskSpec.named("t" + i)
                    .step("run", Command.shell("test \"$IN_CONTAINER\" = toolchain"))
                    .build());
        }
        try (Scheduler scheduler = Scheduler.builder().hosts(Hosts.file(hosts)).build()) {
            BuildResult result = scheduler.run(graph.build());
            assertThat(result.succeeded()).as(result.failures().toString()).isTrue();
        }
    }

    @Test
    void theUserAndTheEngineMayBeLeftOut() {
        try (HostBackend host = new ContainerHosts().open(HostEntry.parse("container:toolchain jobs=3"))) {
            assertThat(host.spec().name()).isEqualTo("container:toolchain");
            assertThat(host.spec().slots()).isEqualTo(3);
        }
    }

    @Test
    void whatIsNoContainerIsToldWithItsPlace() throws Exception {
        Path odd = Files.writeString(directory.resolve("odd"), "# hosts\n container:x property.engine=rkt\n");
        assertThatThrownBy(() -> Hosts.file(odd))
                .isInstanceOf(HostFileException.class)
                .hasMessage(
                        odd + ":2:2: 'rkt' is no program that knows containers; write property.engine=docker, podman or"
                                + " an absolute path");
        Path address = Files.writeString(directory.resolve("address"), "container:[::1]\n");
        assertThatThrownBy(() -> Hosts.file(address)).hasMessageContaining("a container has a name and no address");
    }
}
