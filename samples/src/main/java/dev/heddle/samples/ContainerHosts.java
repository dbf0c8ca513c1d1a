package dev.heddle.samples;

import dev.heddle.core.transport.ShellTransport;
import dev.heddle.scheduler.host.HostBackend;
import dev.heddle.scheduler.host.HostEntry;
import dev.heddle.scheduler.host.HostProvider;
import dev.heddle.scheduler.host.Hosts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that are containers: {@code container:NAME jobs=4} in a hosts file runs jobs in the running container NAME, and {@code
 * container:USER@NAME} as that user. {@code property.engine} is the program that knows it, {@code docker} unless told:
 * {@code podman}, or an absolute path. The container needs {@code sh} and sees the files of jobs under the paths that this
 * machine has.
 *
 * <p>It shows how a kind of host is brought: a way to run a program over there is all that is needed. The {@link
 * java.util.ServiceLoader} finds it by its line in {@code META-INF/services}.
 */
public final class ContainerHosts implements HostProvider {

    private static final String ENGINE = "engine";

    /** Made by the {@link java.util.ServiceLoader}. */
    public ContainerHosts() {}

    @Override
    public String kind() {
        return "container";
    }

    @Override
    public HostBackend open(HostEntry entry) {
        String engine = entry.properties().getOrDefault(ENGINE, "docker");
        if (!engine.equals("docker") && !engine.equals("podman") && !engine.startsWith("/")) {
            throw new IllegalArgumentException("'" + engine + "' is no program that knows containers; write property."
                    + ENGINE + "=docker, podman or an absolute path");
        }
        if (entry.host().startsWith("[")) {
            throw new IllegalArgumentException("a container has a name and no address: '" + entry.host() + "'");
        }
        ShellTransport transport = new Exec(engine, entry.user(), entry.host(), entry.answerTime());
        return Hosts.over(transport, entry.spec()).backends().get(0);
    }

    /** {@code docker exec}; the container is the connection that its programs share. */
    private record Exec(String engine, @Nullable String user, String container, Duration patience)
            implements ShellTransport {

        /** More programs than this in one container are given a further {@linkplain #first first} one. */
        private static final int PROGRAMS = 64;

        @Override
        public String name() {
            return "container " + container;
        }

        @Override
        public List<String> first(Path directory, List<String> program) {
            return exec(program);
        }

        @Override
        public List<String> further(Path directory, List<String> program) {
            return exec(program);
        }

        private List<String> exec(List<String> program) {
            List<String> argv = new ArrayList<>(List.of(engine, "exec", "--interactive"));
            if (user != null) {
                argv.add("--user=" + user);
            }
            argv.add(container);
            argv.addAll(program);
            return argv;
        }

        @Override
        public int mostPrograms() {
            return PROGRAMS;
        }
    }
}
