package dev.heddle.core.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
                .startsWith("ssh", "-T", "-x", "-F", "/etc/my config")
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

    @Test
    void aTimeToWaitIsBounded() {
        SshCommand ssh = SshCommand.to("host");
        assertThatIllegalArgumentException().isThrownBy(() -> ssh.patience(Duration.ofMillis(999)));
        assertThatIllegalArgumentException().isThrownBy(() -> ssh.patience(Duration.ofDays(2)));
    }
}
