package dev.heddle.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.core.BuildGraph;
import dev.heddle.core.Command;
import dev.heddle.core.TaskSpec;
import dev.heddle.core.process.ProcessRunner;
import dev.heddle.scheduler.BuildResult;
import dev.heddle.scheduler.Scheduler;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kinds of hosts that others bring, named in {@code META-INF/services} of a class path that has them. */
@Timeout(120)
final class HostKindsTest {

    /** Brings this machine under a name of its own. */
    public static final class Here implements HostProvider {
        @Override
        public String kind() {
            return "here";
        }

        @Override
        public HostBackend open(HostEntry entry) {
            if (entry.properties().containsKey("odd")) {
                throw new IllegalArgumentException("property.odd is none of 'here'");
            }
            if (entry.properties().containsKey("broken")) {
                throw new IllegalStateException("a mistake");
            }
            HostSpec spec = entry.properties().containsKey("renamed") ? HostSpec.of("other", 1) : entry.spec();
            return new LocalHost(spec, () -> ProcessRunner.builder().build());
        }
    }

    /** Brings the same kind. */
    public static final class HereToo implements HostProvider {
        @Override
        public String kind() {
            return "here";
        }

        @Override
        public HostBackend open(HostEntry entry) {
            throw new AssertionError("not asked");
        }
    }

    @TempDir
    private Path directory;

    private Path hosts(String... lines) throws IOException {
        return Files.writeString(directory.resolve("hosts"), String.join("\n", lines) + "\n");
    }

    /** The hosts of a file, as a program reads them whose class path names these providers. */
    private Hosts open(Path file, String... providers) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(HostProvider.class.getName()), String.join("\n", providers));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            return Hosts.file(file);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aKindThatAProviderBringsIsBuiltOn() throws Exception {
        Hosts hosts = open(hosts("here:x jobs=2", "localhost jobs=1"), Here.class.getName());
        BuildGraph.Builder graph = BuildGraph.builder();
        graph.task(TaskSpec.named("made")
                .pinnedTo("here:x")
                .step("run", Command.shell("true"))
                .build());
        try (Scheduler scheduler = Scheduler.builder().hosts(hosts).build()) {
            BuildResult result = scheduler.run(graph.build());
            assertThat(result.succeeded()).as(result.failures().toString()).isTrue();
        }
    }

    @Test
    void anUnknownKindIsToldWithItsPlaceAndTheKindsThereAre() throws Exception {
        Path file = hosts("localhost", "  her:x jobs=2");
        assertThatThrownBy(() -> open(file, Here.class.getName()))
                .isInstanceOf(HostFileException.class)
                .hasMessageStartingWith(
                        file + ":2:3: there is no kind of host 'her'; did you mean 'here'?; the kinds are ")
                // Other kinds may stand before it, as the class path of the tests has them.
                .hasMessageEndingWith("here, local, slurm, ssh, and a name alone is a machine that ssh reaches,"
                        + " or 'localhost', this one");
    }

    @Test
    void whatAProviderRefusesIsToldWithThePlaceOfTheLine() throws Exception {
        Path file = hosts("here:x property.odd=1");
        assertThatThrownBy(() -> open(file, Here.class.getName()))
                .isInstanceOf(HostFileException.class)
                .hasMessage(file + ":1:1: property.odd is none of 'here'");
    }

    @Test
    void aProviderThatFailsByMistakeIsNamed() throws Exception {
        Path broken = hosts("here:x property.broken=1");
        assertThatThrownBy(() -> open(broken, Here.class.getName()))
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining(":1:1: hosts of kind 'here' come from " + Here.class.getName()
                        + ", which failed: java.lang.IllegalStateException: a mistake");
        Path renamed = hosts("here:x property.renamed=1");
        assertThatThrownBy(() -> open(renamed, Here.class.getName()))
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining("which offers something else than the line says: HostSpec[name=other");
    }

    @Test
    void ofTwoProvidersOfOneKindNoneIsTaken() throws Exception {
        Path file = hosts("here:x");
        assertThatThrownBy(() -> open(file, Here.class.getName(), HereToo.class.getName()))
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining(Here.class.getName() + " and from " + HereToo.class.getName() + " too");
    }

    @Test
    void aProviderThatCannotBeLoadedHarmsOnlyFilesThatNeedOne() throws Exception {
        Path file = hosts("here:x");
        assertThatThrownBy(() -> open(file, "no.such.Provider"))
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining("a provider of kinds of hosts cannot be loaded: ")
                .hasMessageContaining("no.such.Provider");
        Hosts hosts = open(hosts("localhost"), "no.such.Provider");
        assertThat(hosts.backends()).hasSize(1);
        hosts.backends().forEach(HostBackend::close);
    }
}
