package dev.heddle.core.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshCommandTest {

    private static final Path DIRECTORY = Path.of("/tmp/hf1/c1");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-oProxyCommand=touch /tmp/pwned",
                "-l",
                "--",
                "@host",
                "user@",
                "-lroot@host",
                "user@-oProxyCommand=x",
                "a b",
                "a\nb",
                "a\tb",
                "host;id",
                "host|id",
                "host&",
                "$(id)",
                "`id`",
                "host'",
                "host\"",
                "host\\",
                "us er@host",
                "$USER@host",
                "user;id@host",
                "<host",
                "ho*st",
                "host/x",
                "ssh://host",
                "\u0000",
                "höst",
                "host\u202e",
                "{a,b}",
                "!host",
                "#host",
                "~host",
                "[::1]"
            })
    void whatCouldBeMoreThanANameIsRefusedInWords(String destination) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SshCommand.to(destination))
                .withMessageContaining("is no destination for ssh")
                .satisfies(e -> assertThat(e.getMessage().chars().noneMatch(Character::isISOControl))
                        .isTrue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host",
                "host.example.org",
                "192.0.2.1",
                "2001:db8::1",
                "fe80::1%eth0",
                "user@host",
                "first.last@corp.example@host",
                "_a-b@c_d"
            })
    void namesAddressesAndAliasesAreTaken(String destination) {
        assertThat(SshCommand.to(destination).name()).isEqualTo(destination);
    }

    @Test
    void aRandomDestinationIsRefusedOrStandsAloneBehindTheOptions() {
        Random random = new Random(3);
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                text.append((char) (random.nextInt(20) == 0 ? random.nextInt(0x3000) : random.nextInt(128)));
            }
            SshCommand command;
            try {
                command = SshCommand.to(text.toString());
            } catch (IllegalArgumentException e) {
                continue;
            }
            taken++;
            List<String> argv = command.first(DIRECTORY, List.of("sh"));
            int end = argv.indexOf("--");
            assertThat(argv.subList(end + 1, argv.size())).hasSize(2).last().isEqualTo("exec 'sh'");
            assertThat(argv.get(end + 1)).doesNotStartWith("-").matches("[A-Za-z0-9_.:%-]+");
        }
        assertThat(taken).isPositive();
    }

    @Test
    void wordsAreQuotedForTheShellOverThere() {
        List<String> argv =
                SshCommand.to("host").further(DIRECTORY, List.of("sh", "-c", "echo 'it' \"$HOME\" `id`; exit", ""));

        assertThat(argv).last().isEqualTo("exec 'sh' '-c' 'echo '\\''it'\\'' \"$HOME\" `id`; exit' ''");
    }

    @Test
    void theFirstMakesAMasterAndTheFurtherOnesNeverConnect() {
        SshCommand ssh =
                SshCommand.to("me@host").config(Path.of("/etc/my config")).patience(Duration.ofSeconds(7));

        assertThat(ssh.first(DIRECTORY, List.of("sh")))
                .containsSubsequence("ssh", "-T", "-x", "-F", "/etc/my config")
                .contains(
                        "-oBatchMode=yes",
                        "-oControlMaster=yes",
                        "-oControlPath=/tmp/hf1/c1/m",
                        "-oConnectTimeout=7",
                        "-oServerAliveInterval=5")
                .containsSubsequence("-l", "me", "--", "host", "exec 'sh'");
        assertThat(ssh.further(Path.of("/tmp/100%/c1"), List.of("sh")))
                .contains("-oControlMaster=no", "-oProxyCommand=false", "-oControlPath=/tmp/100%%/c1/m");
    }

    /** What is executed with a program {@code ssh} of that version, one argument a line. */
    private static List<String> executed(Path programs, String version) throws Exception {
        Path ssh = programs.resolve("ssh");
        Files.writeString(
                ssh,
                "#!/bin/sh\nif [ \"$1\" = -V ]; then echo '" + version + "' >&2; else printf '%s\\n' \"$@\"; fi\n");
        assertThat(ssh.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder =
                new ProcessBuilder(SshCommand.to("host").further(DIRECTORY, List.of("sh"))).redirectErrorStream(true);
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        Process process = builder.start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "'OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19 27 Jan 2026', true",
        "'OpenSSH_8.7p1, OpenSSL 3.0.7', true",
        "'OpenSSH_10.0p2', true",
        "'OpenSSH_8.6p1, LibreSSL 3.3.6', false",
        "'OpenSSH_7.6p1', false",
        "'another ssh', false"
    })
    void linesThatWouldPartSshFromItsInputAreTakenBackWhereSshKnowsThem(
            String version, boolean known, @TempDir Path programs) throws Exception {
        List<String> argv = executed(programs, version);

        assertThat(argv).endsWith("-oProxyCommand=false", "--", "host", "exec 'sh'");
        assertThat(argv.containsAll(List.of("-oForkAfterAuthentication=no", "-oSessionType=default", "-oStdinNull=no")))
                .isEqualTo(known);
        assertThat(argv.get(0)).isEqualTo(known ? "-oForkAfterAuthentication=no" : "-T");
    }

    @Test
    void whatTheForbiddenConnectionComesToIsNotTold() {
        SshCommand ssh = SshCommand.to("host");

        assertThat(ssh.explain("mux_client_request_session: session request failed: Session open refused by peer; "
                        + "kex_exchange_identification: Connection closed by remote host"))
                .isEqualTo("mux_client_request_session: session request failed: Session open refused by peer"
                        + " (its sshd_config may have MaxSessions 1; two are needed at least)");
        assertThat(ssh.explain("kex_exchange_identification: Connection closed by remote host"))
                .isEqualTo("the connection it was to go through is gone");
        assertThat(ssh.explain("sh: not found")).isEqualTo("sh: not found");
        assertThat(ssh.explain("")).isEmpty();
    }

    @Test
    void aTimeToWaitIsBounded() {
        SshCommand ssh = SshCommand.to("host");
        assertThatIllegalArgumentException().isThrownBy(() -> ssh.patience(Duration.ofMillis(999)));
        assertThatIllegalArgumentException().isThrownBy(() -> ssh.patience(Duration.ofDays(2)));
    }
}
