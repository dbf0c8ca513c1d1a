package dev.heddle.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.scheduler.ProbeScript.Unintelligible;
import dev.heddle.scheduler.host.HostCheck;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The questions to a host, put to real shells, and its answers, good and bad. */
final class ProbeScriptTest {

    private static final String ANSWER = """
            fact arch x86_64
            fact processors 4
            fact tool.cc cc (Debian 12.2.0-14) 12.2.0
            fact processes\s
            library libz 1.2.13
            library libz 1.10
            library lib+x 3
            end
            """;

    private static Map<String, String> read(String answer) throws Unintelligible {
        return ProbeScript.read(answer.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String answer, String message) {
        assertThatThrownBy(() -> read(answer))
                .isInstanceOf(Unintelligible.class)
                .hasMessageContaining(message);
    }

    @Test
    void factsAreReadAndOfALibraryTheHighestVersion() throws Unintelligible {
        assertThat(read(ANSWER))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "arch", "x86_64",
                        "processors", "4",
                        "tool.cc", "cc (Debian 12.2.0-14) 12.2.0",
                        "processes", "",
                        "lib.libz", "1.10",
                        "lib.lib+x", "3"));
    }

    @ParameterizedTest
    @CsvSource({"1,1,0", "1.2,1.10,-1", "2,1.9,1", "1.2,1.2.0,-1", "007,7,0", "99999999999999999999,9,1", "1..2,1.2,-1"
    })
    void versionsAreComparedNumberByNumber(String a, String b, int order) {
        assertThat(Integer.signum(ProbeScript.compare(a, b))).isEqualTo(order);
        assertThat(Integer.signum(ProbeScript.compare(b, a))).isEqualTo(-order);
    }

    @Test
    void whatIsNoAnswerIsTold() {
        refused("", "the answer ends in the middle, behind line 0");
        refused("fact a b\n", "the answer ends in the middle, behind line 1");
        refused("Welcome!\nend\n", "line 1 of the answer is no fact: 'Welcome!'");
        refused("fact a b\nfact a c\nend\n", "line 2 tells 'a' a second time");
        refused("end\nfact a b\n", "there is more behind the end of the answer, in line 2");
        refused("fact \u001b[2J b\nend\n", "line 1 of the answer is no fact: 'fact ?[2J b'");
        refused("library libc x\nend\n", "is no fact");
        assertThatThrownBy(() -> ProbeScript.read(new byte[] {(byte) 0xff}))
                .hasMessage("the answer is not text in UTF-8");
        assertThatThrownBy(() -> ProbeScript.read(new byte[ProbeScript.MAX_BYTES + 1]))
                .hasMessage("the answer has more than 1048576 bytes");
    }

    @Test
    void ofALongValueTheBeginningCountsAndNoControlCharacter() throws Unintelligible {
        String long1 = "v".repeat(5_000);
        assertThat(read("fact a " + long1 + "\nfact b x\u0007y\nend\n"))
                .containsEntry("a", "v".repeat(ProbeScript.MAX_VALUE))
                .containsEntry("b", "x?y");
    }

    @Test
    void everyTruncationAndThousandsOfMutationsAreReadOrRefused() {
        byte[] whole = ANSWER.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length - 1; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ProbeScript.read(cut)).isInstanceOf(Unintelligible.class);
        }
        int refused = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            try {
                ProbeScript.read(changed).forEach((name, value) -> {
                    assertThat(name).hasSizeLessThan(200);
                    assertThat(value.codePoints()).noneMatch(Character::isISOControl);
                });
            } catch (Unintelligible e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(2_000, 19_000);
    }

    /** Those of the shells that hosts have for {@code sh} which this machine has as well. */
    static Stream<String> shells() {
        return Stream.of("/bin/sh", "/bin/dash", "/bin/bash", "/bin/busybox", "/bin/ksh", "/bin/zsh")
                .filter(shell -> Files.isExecutable(Path.of(shell)));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void realShellsAnswer(String shell, @TempDir Path directory) throws Exception {
        List<String> start = shell.endsWith("busybox") ? List.of(shell, "sh", "-c") : List.of(shell, "-c");
        Map<String, String> facts = ask(start, ProbeScript.HELLO);
        assertThat(facts).containsKeys("arch", "system", "processors", "files", "processes", "user");
        assertThat(HostLimits.number(facts.get("processors"))).isPositive();
        assertThat(facts.get("files")).matches("\\d+|unlimited");
        assertThat(MachineArch.canonical(facts.get("arch")))
                .isEqualTo(MachineArch.canonical(System.getProperty("os.arch")));

        Files.createFile(directory.resolve("libz.so.1.2"));
        Files.createFile(directory.resolve("libz.so.1.10"));
        Files.createFile(directory.resolve("libz.so.x"));
        Files.createFile(directory.resolve("plain"));
        Files.createFile(directory.resolve("lib c.so.6"));
        HostCheck check = HostCheck.standard()
                .tool("echo", "echo one; echo two")
                .tool("none", "/nonexistent/tool --version")
                .tool("quotes", "printf '%s\\n' \"a'b\\\"c\"")
                .tool("reads", "cat; echo done # a comment")
                .libraries(directory.toString(), "/nonexistent");
        assertThat(ask(start, ProbeScript.more(check)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "tool.echo", "one",
                        "tool.none", "",
                        "tool.quotes", "a'b\"c",
                        "tool.reads", "done",
                        "lib.libz", "1.10"));
    }

    private static Map<String, String> ask(List<String> shell, String script) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(shell)).redirectErrorStream(false);
        builder.command().add(script);
        Process process = builder.start();
        process.getOutputStream().close();
        byte[] answer = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        return ProbeScript.read(answer);
    }
}
