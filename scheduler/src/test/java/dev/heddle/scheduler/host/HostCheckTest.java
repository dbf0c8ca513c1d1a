package dev.heddle.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostCheckTest {

    @TempDir
    private Path directory;

    @Test
    void eachCallGivesAChangedCopy() {
        HostCheck check = HostCheck.standard();
        HostCheck more = check.arch("vax")
                .startup("/bin/x")
                .tool("cc", "cc --version")
                .libraries("/usr/lib")
                .reference(Map.of("tool.cc", "1"));
        assertThat(more.arch()).isEqualTo("vax");
        assertThat(more.startup()).contains("/bin/x");
        assertThat(more.tools()).containsEntry("cc", "cc --version");
        assertThat(more.libraries()).containsExactly("/usr/lib");
        assertThat(more.reference()).containsEntry("tool.cc", "1");
        assertThat(check.startup()).isEmpty();
        assertThat(check.tools()).isEmpty();
        assertThat(more.startup(null).startup()).isEmpty();
    }

    @Test
    void namesThatWouldNotStandInAScriptAreRefused() {
        HostCheck check = HostCheck.standard();
        assertThatThrownBy(() -> check.tool("a b", "x")).hasMessageContaining("'a b' cannot be the name of a tool");
        assertThatThrownBy(() -> check.libraries("/usr/lib; rm x")).hasMessageContaining("is not an absolute path");
        assertThatThrownBy(() -> check.libraries("lib")).hasMessageContaining("is not an absolute path");
        String[] many = new String[HostCheck.MAX_ITEMS + 1];
        Arrays.fill(many, "/usr/lib");
        assertThatThrownBy(() -> check.libraries(many)).hasMessageContaining("at most 100");
    }

    @Test
    void aStartUpProgramOfTheFileStaysUnlessTheCheckHasOneOfItsOwn() throws Exception {
        Path file = Files.writeString(directory.resolve("hosts"), "STARTUP=/bin/mount-all\nlocalhost jobs=1\n");
        Hosts hosts = Hosts.file(file);
        HostCheck tool = HostCheck.standard().tool("cc", "cc --version");
        assertThat(hosts.checked(tool).check().orElseThrow().startup()).contains("/bin/mount-all");
        assertThat(hosts.checked(tool.startup("/bin/other"))
                        .check()
                        .orElseThrow()
                        .startup())
                .contains("/bin/other");
    }

    @Test
    void hostsOfTwoFilesAreNotMixed() throws Exception {
        Path a = Files.writeString(directory.resolve("a"), "localhost\n");
        Path b = Files.writeString(directory.resolve("b"), "local:b\n");
        Hosts first = Hosts.file(a);
        Hosts second = Hosts.file(b);
        assertThatThrownBy(() -> first.and(second)).hasMessageContaining("a scheduler has one hosts file");
        assertThat(Hosts.local(1).and(first).file()).contains(a);
        assertThat(first.and(Hosts.local(1)).backends()).hasSize(2);
        assertThat(Hosts.local(1).and(Hosts.inProcess(1)).check()).isEmpty();
    }

    @Test
    void aKindOfHostThatThereIsNotIsToldWithItsLine() throws Exception {
        Path file = Files.writeString(directory.resolve("hosts"), "localhost\nteleport:beta\n");
        assertThatThrownBy(() -> Hosts.file(file))
                .isInstanceOf(HostFileException.class)
                .hasMessageStartingWith(file + ":2:1: there is no kind of host 'teleport'");
    }
}
